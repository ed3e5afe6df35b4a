"""The same programs in the sandbox: what they print, how they fail, and doeff over the machine in the image."""

from __future__ import annotations

import shutil
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.effects import golden, natively
from tests.sandbox.command import python, sandstep

PURE_PACKAGES = ("doeff", "doeff_core_effects", "frozendict")


@pytest.mark.parametrize("program", golden.PROGRAMS, ids=lambda path: path.stem)
def test_a_dying_program_prints_what_it_prints_on_the_host(program: Path) -> None:
    ended = sandstep("run", program.name, cwd=program.parent)
    assert ended.status == 1
    assert golden.stable(ended.err) == (golden.GOLDEN / f"{program.stem}.txt").read_text()


def test_the_machine_behaves_as_on_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(golden.ROOT / "guest"))
    behaviour = golden.HERE / "behaviour.py"
    on_host = python(str(behaviour))
    assert on_host.err == ""
    in_sandbox = sandstep("run", str(behaviour))
    assert (in_sandbox.out, in_sandbox.err) == (on_host.out, "")


@cache
def packages(folder: str) -> Path:
    """A folder with the unmodified doeff packages and nothing else."""
    target = Path(folder)
    for name in PURE_PACKAGES:
        source = Path(sysconfig.get_path("purelib")) / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    return target


@cache
def outcomes(folder: str) -> dict[str, Any]:
    """What became of every case of doeff in the sandbox."""
    ended = sandstep(
        "run", "--packages", str(packages(folder)), "--env", "DOEFF_SCHEDULER=python", natively.CASES.name, cwd=natively.CASES.parent
    )
    assert ended.status == 0, ended.err
    return natively.parsed(ended.out)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("packages"))


@natively.needs_doeff
@pytest.mark.parametrize("name", natively.NAMES)
def test_doeff_does_what_it_does_natively(name: str, folder: str) -> None:
    assert outcomes(folder)[name] == natively.outcomes(False)[name]
