"""Which `yield`s of a generator function are tail calls, read from its bytecode, so that no source is needed."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType

from sandstep.effects.chain import NO_TAILS

CO_GENERATOR = 0x20
AFTER_A_YIELD = ("RESUME", "NOP", "CACHE")


@lru_cache(maxsize=1024)
def tail_offsets(code: CodeType) -> frozenset[int]:
    """The byte offsets of the `yield`s that are directly returned (`return (yield ...)`), outside of `try` and `with`."""
    if not code.co_flags & CO_GENERATOR:
        return NO_TAILS
    protected = list(_protected_ranges(code))
    instructions = list(dis.get_instructions(code))
    tails: set[int] = set()
    for index, instruction in enumerate(instructions):
        if instruction.opname != "YIELD_VALUE" or _next_that_matters(instructions, index) != "RETURN_VALUE":
            continue
        if not any(start <= instruction.offset < end for start, end in protected):
            tails.update((instruction.offset, instruction.offset + 2))
    return frozenset(tails) or NO_TAILS


@lru_cache(maxsize=1024)
def offsets_on(code: CodeType, lines: frozenset[int]) -> frozenset[int]:
    """The byte offsets of the instructions of some lines."""
    return frozenset(
        offset
        for start, end, line in code.co_lines()
        if line in lines
        for offset in range(start, end, 2)
    )  # fmt: skip


def _next_that_matters(instructions: list[dis.Instruction], index: int) -> str:
    for instruction in instructions[index + 1 :]:
        if instruction.opname not in AFTER_A_YIELD:
            return instruction.opname
    return ""


def _protected_ranges(code: CodeType) -> Iterator[tuple[int, int]]:
    """The byte ranges inside `try` or `with`; the handler that CPython puts around every generator is left out."""
    for start, end, target in _exception_table(code.co_exceptiontable):
        if not _is_generator_wide(code, target):
            yield start, end


def _is_generator_wide(code: CodeType, target: int) -> bool:
    raw = code.co_code
    if target + 1 >= len(raw):
        return False
    return dis.opname[raw[target]] == "CALL_INTRINSIC_1" and raw[target + 1] == 3


def _exception_table(table: bytes) -> Iterator[tuple[int, int, int]]:
    """(start, end, target) of each entry, as Objects/exception_handling_notes.txt of CPython lays them out."""
    numbers = _varints(table)
    for start in numbers:
        length, target, _depth = next(numbers), next(numbers), next(numbers)
        yield start * 2, (start + length) * 2, target * 2


def _varints(table: bytes) -> Iterator[int]:
    position = 0
    while position < len(table):
        byte = table[position]
        value = byte & 63
        while byte & 64:
            position += 1
            byte = table[position]
            value = value << 6 | byte & 63
        position += 1
        yield value
