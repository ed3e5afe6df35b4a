"""Runs the programs in `programs/` and compares what they say with the texts in `golden/`.

Set SANDSTEP_REWRITE_GOLDEN=1 to write the texts anew; git shows then what has changed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
GOLDEN = HERE / "golden"
REWRITE = "SANDSTEP_REWRITE_GOLDEN"
LIBRARY_PLACE = re.compile(r"\S*sandstep/effects/(\S+\.py):\d+")


def stable(text: str) -> str:
    """The text without what differs from machine to machine: where the runtime is installed, and its line numbers."""
    return LIBRARY_PLACE.sub(r"<effects>/\1", text)


def environment() -> dict[str, str]:
    """The environment in which `sandstep.effects` can be imported on the host."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "guest")}


def run_on_host(program: Path) -> str:
    """What a program writes to stderr when the host's Python runs it."""
    command = [sys.executable, program.name]
    done = subprocess.run(command, cwd=program.parent, env=environment(), capture_output=True, text=True, timeout=60)
    assert not done.stdout, done.stdout
    return stable(done.stderr)


def check(name: str, text: str) -> None:
    """Compare a text with the golden one of this name, or write that."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get(REWRITE):
        path.write_text(text)
    assert text == path.read_text()
