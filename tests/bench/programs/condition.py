"""A hot loop twice: `plain` without a breakpoint, `hot` with a condition that never holds. Prints the seconds of both a turn."""

import time
from collections.abc import Callable

TURNS = 20_000


def plain(turns: int) -> int:
    total = 0
    for n in range(turns):
        total += n
    return total


def hot(turns: int) -> int:
    total = 0
    for n in range(turns):
        total += n  # @check
    return total


def once(function: Callable[[int], int]) -> float:
    started = time.perf_counter()
    function(TURNS)
    return time.perf_counter() - started


print(min(once(plain) for _ in range(3)) / TURNS, min(once(hot) for _ in range(3)) / TURNS)
