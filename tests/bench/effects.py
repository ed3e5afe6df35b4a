"""Effects against doeff, whose machine is written in Rust: dispatch, nested programs, spawn and gather. In one process, in turns.

`python -m tests.bench.effects` prints the table by itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bench.row import Row, Sample

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("state", "dispatch under 1", "dispatch under 5", "dispatch under 20", "dispatch, 5 pass on", "nested programs", "spawn and gather")
STATE_LIMIT = 1.5

ROWS = [
    Row(f"effects: {name}", f"sandstep {name}", f"doeff {name}", at_most_of_peer=STATE_LIMIT if name == "state" else None) for name in NAMES
] + [Row("effects: making one with its place", "creation an effect with its place", "creation an object without")]


def sample(repetitions: int = 3) -> Sample:
    """Seconds for a unit of each program. Raises CalledProcessError where doeff is not installed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "guest")}
    command = [sys.executable, str(Path(__file__).with_name("effects_programs.py")), str(repetitions)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    taken: dict[str, dict[str, float]] = json.loads(done.stdout)
    return {f"{side} {name}": seconds for side, figures in taken.items() for name, seconds in figures.items()}


def main() -> None:
    figures = sample(9)
    for row in ROWS:
        mine, peer = figures[row.ours] * 1e6, figures[row.peer or ""] * 1e6
        print(f"{row.name:36} {mine:8.2f} us {peer:8.2f} us {mine / peer:6.2f} x")


if __name__ == "__main__":
    main()
