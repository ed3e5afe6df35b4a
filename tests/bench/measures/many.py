"""What sandboxes hold on to: memory of one that waits, and what is left after many runs. SANDSTEP_LEAK_RUNS says how many: 10,000."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from sandstep.sandbox import Limits, Sandbox

from tests.bench import pyeryx
from tests.bench.row import Row, Sample
from tests.sandbox.test_leaks import descendants, go, resident

RUNS = int(os.environ.get("SANDSTEP_LEAK_RUNS", "10000"))
_IDLE = 20
_MB = 1e6
ROWS = [
    Row("sandbox: memory of an idle one", "idle", "eryx idle" if pyeryx.PYTHON is not None else None, seconds=False, unit="MB"),
    Row(f"sandbox: after {RUNS:,} runs: more files", "files", at_most=2, seconds=False, unit=""),
    Row(f"sandbox: after {RUNS:,} runs: more processes", "processes", at_most=8, seconds=False, unit=""),
    Row(f"sandbox: after {RUNS:,} runs: more memory", "memory", at_most=8, seconds=False, unit="MB"),
    Row(f"sandbox: after {RUNS:,} runs: more memory of the zygote", "zygote", at_most=8, seconds=False, unit="MB"),
]


def _own(pid: int) -> int:
    """Bytes of memory that a process shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Private_"))


def _idle() -> float:
    """Sessions that have run something and wait, each with a worker of its own."""
    with Sandbox() as box:
        box.run("pass").check()
        before = set(descendants())
        sessions = [box.session() for _ in range(_IDLE)]
        for session in sessions:
            session.run("print('hello')").check()
        held = sum(_own(pid) for pid in set(descendants()) - before) / _IDLE
        for session in sessions:
            session.close()
    return held / _MB


@cache
def _left() -> Sample:
    """What is left after many runs: taken once, as it takes a minute."""
    with Sandbox(callbacks={"ping": lambda: "pong"}, limits=Limits(output=4000)) as box:
        go(box, 60)
        children = descendants()
        zygote = min(children)
        files, memory, zygotes = len(os.listdir("/proc/self/fd")), resident(), _own(zygote)
        go(box, RUNS)
        return {
            "files": len(os.listdir("/proc/self/fd")) - files,
            "processes": len(descendants()) - len(children),
            "memory": (resident() - memory) / _MB,
            "zygote": (_own(zygote) - zygotes) / _MB,
        }


def sample() -> Sample:
    return {"idle": _idle()} | {f"eryx {name}": value / _MB for name, value in pyeryx.memory().items()} | _left()
