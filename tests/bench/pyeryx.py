"""pyeryx as the peer of the sandbox's benchmarks, in a process of its own: SANDSTEP_BENCH_ERYX names a Python that has it."""

from __future__ import annotations

import json
import os
import subprocess

PYTHON = os.environ.get("SANDSTEP_BENCH_ERYX")
_PROGRAM = r"""
import asyncio, json, sys, time
import eryx

async def ping(n: int): return n
async def slow():
    await asyncio.sleep(1)

CALLBACKS = [{"name": "ping", "fn": ping, "description": ""}, {"name": "slow", "fn": slow, "description": ""}]

def hello():
    eryx.Sandbox().execute("print('hello')")

def timed(work, times):
    taken = []
    for _ in range(times):
        began = time.perf_counter(); work(); taken.append(time.perf_counter() - began)
    return sorted(taken)[len(taken) // 2]

hello()
box = eryx.Sandbox(callbacks=CALLBACKS)
calls = "import time\nbegan = time.perf_counter()\nfor _ in range(300): await ping(n=1)\nprint((time.perf_counter() - began) / 300)"
ten = "import asyncio, time\nbegan = time.perf_counter()\nawait asyncio.gather(*(slow() for _ in range(10)))\n"
ten += "print(time.perf_counter() - began)"
callback, at_once = float(box.execute(calls).stdout), float(box.execute(ten).stdout)
print(json.dumps({"hello": timed(hello, 100), "callback": callback, "ten": at_once}))
"""


_MEMORY = r"""
import json, os
import eryx

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")

held = [eryx.Sandbox()]
held[0].execute("print('hello')")
before = resident()
for _ in range(20):
    held.append(eryx.Sandbox())
    held[-1].execute("print('hello')")
print(json.dumps({"idle": (resident() - before) / 20}))
"""


def memory() -> dict[str, float]:
    """Bytes: "idle" (what a sandbox that has run something holds). Empty without pyeryx."""
    return _said(_MEMORY)


def figures() -> dict[str, float]:
    """Seconds: "hello" (create, run, close), "callback" (a round trip), "ten" (ten that take a second each). Empty without pyeryx."""
    return _said(_PROGRAM)


def _said(program: str) -> dict[str, float]:
    if PYTHON is None:
        return {}
    done = subprocess.run((PYTHON, "-c", program), capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, float] = json.loads(done.stdout)
    return found
