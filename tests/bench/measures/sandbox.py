"""The sandbox as a library, beside pyeryx where SANDSTEP_BENCH_ERYX names a Python that has it."""

from __future__ import annotations

import threading
import time
from statistics import median

from sandstep.sandbox import Sandbox

from tests.bench import pyeryx
from tests.bench.row import Row, Sample

_PEER = pyeryx.PYTHON is not None
ROWS = [
    Row("sandbox: create, run hello, close", "hello", "eryx hello" if _PEER else None, at_most_of_peer=1.0),
    Row("sandbox: host callback, round trip", "callback", "eryx callback" if _PEER else None, at_most_of_peer=1 / 5),
    Row("sandbox: ten callbacks of a second at once", "ten", "eryx ten" if _PEER else None, at_most=1.1),
    Row("sandbox: a trace event, to a Python callback's batch", "event", at_most=1 / 300_000),
    Row("sandbox: 100 at once, each", "hundred"),
]
_CALLS = "import time\nbegan = time.perf_counter()\nfor _ in range(300): await ping(n=1)\nresult = (time.perf_counter() - began) / 300"
_TEN = """import asyncio, time
began = time.perf_counter()
await asyncio.gather(*(slow() for _ in range(10)))
result = time.perf_counter() - began"""
_LINES = "s = 0\nfor i in range(300_000):\n    s += i\n"


def _ping(n: int) -> int:
    return n


def _slow() -> None:
    time.sleep(1)


def _hello() -> float:
    began = time.perf_counter()
    with Sandbox() as box:
        box.run("print('hello')").check()
    return time.perf_counter() - began


def _event(box: Sandbox) -> float:
    counts: list[int] = []
    began = time.perf_counter()
    box.run(_LINES, on_trace=lambda events: counts.append(len(events))).check()
    return (time.perf_counter() - began) / sum(counts)


def _hundred(box: Sandbox) -> float:
    threads = [threading.Thread(target=box.run, args=("print('hello')",)) for _ in range(100)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) / 100


def sample() -> Sample:
    _hello()
    with Sandbox(callbacks={"ping": _ping, "slow": _slow}) as box:
        taken: Sample = {
            "hello": median(_hello() for _ in range(100)),
            "callback": box.run(_CALLS).check().value,
            "ten": box.run(_TEN).check().value,
            "event": _event(box),
            "hundred": _hundred(box),
        }
    return taken | {f"eryx {name}": value for name, value in pyeryx.figures().items()}
