"""Takes every measure several times, in turns, and prints what came out against what must be reached."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Any, cast

from rich.console import Console
from rich.table import Table

from tests.dap.peers import SANDSTEP, sandstep_command

from . import measures
from .peer import PEER_PYTHON
from .row import Measure, Result, Row, Sample, result


def all_measures() -> dict[str, Measure]:
    names = sorted(module.name for module in pkgutil.iter_modules(measures.__path__))
    return {name: cast(Measure, importlib.import_module(f"{measures.__name__}.{name}")) for name in names}


def prepare() -> None:
    """Builds the sandbox's image, if it is not there: every measure finds it warm."""
    subprocess.run(sandstep_command("image", "build"), env={**os.environ, **SANDSTEP.environment}, check=True, stdout=subprocess.DEVNULL)


def take(chosen: dict[str, Measure], repetitions: int, console: Console) -> list[Result]:
    """Takes the samples of all measures in turns, so that a busy moment of the machine does not hit one measure alone."""
    samples: dict[str, list[Sample]] = {name: [] for name in chosen}
    failures: dict[str, str] = {}
    with console.status("measuring") as status:
        for repetition in range(repetitions):
            for name, measure in chosen.items():
                if name in failures:
                    continue
                status.update(f"measuring: {name}, {repetition + 1} of {repetitions}")
                try:
                    samples[name].append(measure.sample())
                except (AssertionError, OSError, subprocess.SubprocessError) as error:
                    failures[name] = str(error).partition("\n")[0]
    return [
        Result(row, failure=failures[name]) if name in failures else result(row, samples[name])
        for name, measure in chosen.items()
        for row in measure.ROWS
    ]


def duration(seconds: float) -> str:
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def figure(value: float | None, row: Row) -> str:
    if value is None:
        return "—"
    if row.seconds:
        return duration(value)
    return f"{value:.3f} x" if row.unit == "x" else f"{value:.3g} {row.unit}".rstrip()


def fraction(ratio: float | None) -> str:
    if ratio is None:
        return "—"
    return f"1/{1 / ratio:.3g}" if ratio < 0.5 else f"{ratio:.3f} x"


def wanted(one: Result) -> str:
    parts = []
    if one.row.at_most_of_peer is not None:
        parts.append(f"≤ {fraction(one.row.at_most_of_peer)}")
    if one.row.at_most is not None:
        parts.append(f"≤ {figure(one.row.at_most, one.row)}")
    return ", ".join(parts) or "—"


def table(results: Sequence[Result]) -> Table:
    shown = Table(title=machine(), title_justify="left")
    for column in ("measure", "Sandstep", "±", "peer", "ratio", "must be", ""):
        shown.add_column(column, no_wrap=True)
    for one in results:
        verdict = {None: "", True: "[green]reached", False: f"[bold red]{'failed' if one.failure else 'missed'}"}[one.reached]
        shown.add_row(
            one.row.name,
            figure(one.ours, one.row),
            "—" if one.spread is None else f"{one.spread:.0%}",
            figure(one.peer, one.row),
            fraction(one.ratio),
            wanted(one),
            verdict,
        )
    return shown


def machine() -> str:
    peer = subprocess.run((PEER_PYTHON, "--version"), capture_output=True, text=True, check=True).stdout.strip()
    debugpy = f"debugpy {metadata.version('debugpy')} on {peer}"
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return f"{platform.system()} {platform.machine()}, {load}, Sandstep on {platform.python_version()}, {debugpy}"


def as_json(results: Sequence[Result], repetitions: int) -> dict[str, Any]:
    return {
        "machine": machine(),
        "repetitions": repetitions,
        "rows": [
            {
                "name": one.row.name,
                "unit": "s" if one.row.seconds else "ratio" if one.row.unit == "x" else one.row.unit,
                "sandstep": one.ours,
                "spread": one.spread,
                "peer": one.peer,
                "ratio": one.ratio,
                "at_most_of_peer": one.row.at_most_of_peer,
                "at_most": one.row.at_most,
                "reached": one.reached,
                "failure": one.failure,
            }
            for one in results
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 with --strict if anything is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("measures", nargs="*", help="the measures to take (all)", metavar="MEASURE")
    parser.add_argument("-r", "--repetitions", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    parser.add_argument("--strict", action="store_true", help="end with status 1 if a row misses what it must reach")
    options = parser.parse_args(arguments)
    known = all_measures()
    if unknown := [name for name in options.measures if name not in known]:
        parser.error(f"no such measure: {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = {name: known[name] for name in options.measures or known}
    prepare()
    results = take(chosen, options.repetitions, Console(stderr=True))
    if options.json:
        json.dump(as_json(results, options.repetitions), sys.stdout, indent=2)
        print()
    else:
        Console(width=max(140, Console().width)).print(table(results))
        missed = [one.row.name for one in results if one.reached is False]
        print(f"missed: {', '.join(missed)}" if missed else "all reached")
        for failure in sorted({f"{one.row.name}: {one.failure}" for one in results if one.failure}):
            print(f"failed: {failure}")
    return 1 if options.strict and any(one.reached is False for one in results) else 0
