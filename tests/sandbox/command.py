"""Runs `sandstep` as a user does, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Ended(NamedTuple):
    """What a command wrote, and its exit status."""

    out: str
    err: str
    status: int


def environment() -> dict[str, str]:
    """The environment in which this tree's code is the one that runs."""
    roots = os.pathsep.join(str(ROOT / part) for part in ("adapter", "sandbox", "guest"))
    return os.environ | {"PYTHONPATH": roots, "NO_COLOR": "1", "COLUMNS": "120"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "sandstep.cli", *arguments]


def sandstep(*arguments: str, stdin: str | bytes = "", cwd: Path | None = None, env: dict[str, str] | None = None) -> Ended:
    """Runs it to its end, for a minute at most."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        command(*arguments), input=data, capture_output=True, cwd=cwd, env=environment() | (env or {}), timeout=60, check=False
    )
    return Ended(done.stdout.decode(), done.stderr.decode(), done.returncode)


def python(*arguments: str, stdin: str | bytes = "", cwd: Path | None = None) -> Ended:
    """The same by the Python that runs the tests."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run([sys.executable, *arguments], input=data, capture_output=True, cwd=cwd, timeout=60, check=False)
    return Ended(done.stdout.decode(), done.stderr.decode(), done.returncode)
