"""What `sandstep run --progress` costs the program: against the same program without it, in turns."""

from __future__ import annotations

import os
import subprocess

from tests.bench.row import Row, Sample
from tests.bench.running import PROGRAMS
from tests.dap.peers import SANDSTEP, sandstep_command

ROWS = [Row("--progress, x of without", "progress", at_most=1.02, seconds=False)]
_TURNS = 12


def _seconds(*options: str) -> float:
    """The program's own time: it measures itself."""
    command = sandstep_command("run", *options, str(PROGRAMS / "loop_timed.py"))
    ended = subprocess.run(command, env={**os.environ, **SANDSTEP.environment}, capture_output=True, text=True, check=True)
    return float(ended.stdout)


def sample() -> Sample:
    turns = [(_seconds(), _seconds("--progress")) for _ in range(_TURNS)]
    without, told = (min(times) for times in zip(*turns, strict=True))
    return {"progress": told / without}
