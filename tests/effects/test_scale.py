"""Size: how deep and how often."""

from __future__ import annotations

import tracemalloc
from collections.abc import Generator
from typing import Any

import pytest
from sandstep.effects import Gather, Spawn, Yield, do, run

Steps = Generator[Any, Any, Any]
MEBIBYTE = 1 << 20


@do
def takes_turns(count: int) -> Steps:
    for _ in range(count):
        yield Yield()


@do
def tasks(number: int, count: int) -> Steps:
    spawned = []
    for _ in range(number):
        spawned.append((yield Spawn(takes_turns(count))))
    return len((yield Gather(*spawned)))


def peak(program: Any) -> int:
    """The most memory that a run takes, in bytes."""
    tracemalloc.start()
    try:
        run(program)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_switches() -> None:
    few, many = peak(tasks(4, 100)), peak(tasks(4, 5_000))
    assert many < few + MEBIBYTE // 4


def test_a_million_switches() -> None:
    assert run(tasks(4, 250_000)) == 4


def test_ten_thousand_tasks() -> None:
    assert run(tasks(10_000, 1)) == 10_000


@pytest.mark.parametrize("depth", [100_000])
def test_nested_programs(depth: int) -> None:
    @do
    def down(left: int) -> Steps:
        return 0 if left == 0 else 1 + (yield down(left - 1))

    assert run(down(depth)) == depth
