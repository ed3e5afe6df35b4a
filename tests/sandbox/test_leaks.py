"""Many runs leave nothing behind: no process, no descriptor, no memory. SANDSTEP_LEAK_RUNS=10000 makes it many."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from sandstep.sandbox import Limits, Sandbox

RUNS = int(os.environ.get("SANDSTEP_LEAK_RUNS", "300"))
PROGRAMS = ["print('hello')", "1/0", "import os; os._exit(3)", "await ping()", "print('x' * 5000)", "result = [0] * 1000"]


def descendants() -> set[int]:
    """The processes that this one is an ancestor of, the dead that nobody has buried among them."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def resident(pid: int | str = "self") -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def go(box: Sandbox, runs: int) -> None:
    """Runs so many programs of all kinds, one after the other."""
    for number in range(runs):
        box.run(PROGRAMS[number % len(PROGRAMS)])


@pytest.mark.skipif(sys.platform != "linux", reason="counts by /proc")
def test_many_runs_leave_nothing() -> None:
    with Sandbox(callbacks={"ping": lambda: "pong"}, limits=Limits(output=4000)) as box:
        go(box, 60)
        files, processes, memory = len(os.listdir("/proc/self/fd")), len(descendants()), resident()
        go(box, RUNS)
        assert len(os.listdir("/proc/self/fd")) <= files + 2
        # The last few runs' processes may be on their way out.
        assert len(descendants()) <= processes + 8
        assert resident() <= memory + (8 << 20)
