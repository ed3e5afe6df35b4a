"""Places in source code: where a generator stands, where an effect was made, and the text that stands there."""

from __future__ import annotations

import linecache
import os
from itertools import islice
from types import CodeType, FrameType, GeneratorType
from typing import Any, NamedTuple

from sandstep.effects.chain import AnyGenerator

TEXT_LIMIT = 160


class Place(NamedTuple):
    """A point in code: `offset` is the byte offset of its instruction, -1 where only the line is known."""

    code: CodeType
    offset: int
    line: int

    @property
    def function(self) -> str:
        """The function's bare name."""
        return self.code.co_name


class EffectCreationContext(NamedTuple):
    """Where an effect was made: file name, line (from 1) and function name."""

    filename: str
    line: int
    function: str


def live_generator(generator: AnyGenerator) -> Any:
    """The generator that does the work: wrappers name theirs as `__doeff_inner__`."""
    inner: Any = generator
    while (wrapped := getattr(inner, "__doeff_inner__", None)) is not None:
        inner = wrapped
    return inner


def generator_frame(generator: AnyGenerator) -> FrameType | None:
    """The Python frame of a generator, or None once it has ended."""
    if type(generator) is GeneratorType:
        return generator.gi_frame
    frame = getattr(live_generator(generator), "gi_frame", None)
    return frame if isinstance(frame, FrameType) else None


def generator_code(generator: AnyGenerator) -> CodeType | None:
    """The code of a generator; it can be asked for after the generator has ended too."""
    if type(generator) is GeneratorType:
        return generator.gi_code
    code = getattr(live_generator(generator), "gi_code", None)
    return code if isinstance(code, CodeType) else None


def generator_place(generator: AnyGenerator) -> Place | None:
    """Where a generator stands now; its first line once it has ended, None for what is not a generator of Python's."""
    frame = generator_frame(generator)
    if frame is not None:
        return Place(frame.f_code, frame.f_lasti, frame.f_lineno or frame.f_code.co_firstlineno)
    code = generator_code(generator)
    return None if code is None else Place(code, -1, code.co_firstlineno)


def inner_generators(generator: AnyGenerator) -> list[AnyGenerator]:
    """The generators that a suspended one runs by `yield from`, outermost first, itself included."""
    found = [generator]
    while isinstance(inner := getattr(live_generator(found[-1]), "gi_yieldfrom", None), GeneratorType):
        found.append(inner)
    return found


def line_of(code: CodeType, offset: int) -> int:
    """The line of the instruction at a byte offset."""
    if offset >= 0:
        for start, end, line in code.co_lines():
            if start <= offset < end and line is not None:
                return line
    return code.co_firstlineno


def path_shown(filename: str) -> str:
    """A file name relative to the working directory if it lies in it."""
    try:
        relative = os.path.relpath(filename)
    except (ValueError, OSError):
        return filename
    return filename if filename.startswith("<") or relative.startswith(os.pardir) else relative


def place_text(place: Place) -> str:
    """The source text at a place: the whole expression where its extent is known, else the line; empty without source."""
    if place.offset >= 0:
        span = next(islice(place.code.co_positions(), place.offset // 2, None), None)
        if span is not None and None not in span and span[0] == place.line:
            text = _span_text(place.code.co_filename, span)  # type: ignore[arg-type]
            if text:
                return text
    return line_text(place.code.co_filename, place.line)


def line_text(filename: str, line: int) -> str:
    """One line of a source file without the blanks around it; empty where the file cannot be read."""
    return linecache.getline(filename, line).strip()[:TEXT_LIMIT]


def _span_text(filename: str, span: tuple[int, int, int, int]) -> str:
    first, last, column, end_column = span
    lines = [linecache.getline(filename, number).encode() for number in range(first, last + 1)]
    if not all(lines):
        return ""
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    return " ".join(part.decode(errors="replace").strip() for part in lines)[:TEXT_LIMIT]
