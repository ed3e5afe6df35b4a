"""What the line at which the program stands can be stepped into: its calls, and the handlers of the effects that it performs."""

import dis
import linecache
from types import FrameType
from typing import NamedTuple

from . import codes
from .own import keep_builtins

keep_builtins(globals())

_CALLS = frozenset(number for name, number in dis.opmap.items() if name in ("CALL", "CALL_KW", "CALL_FUNCTION_EX"))


class CallTarget(NamedTuple):
    """A call that is still to come on this line, and its instruction's offset."""

    offset: int
    label: str


def call_targets(frame: FrameType) -> list[CallTarget]:
    """In the order in which they are made."""
    code, line = frame.f_code, frame.f_lineno
    raw = code.co_code
    found = []
    for index, (first, last, column, end) in enumerate(code.co_positions()):
        offset = 2 * index
        if offset < frame.f_lasti or raw[offset] not in _CALLS or first is None or last is None or not first <= (line or 0) <= last:
            continue
        found.append(CallTarget(offset, _label(code.co_filename, first, last, column, end)))
    return found


def yields(frame: FrameType) -> bool:
    """Whether this line still hands something out of its generator."""
    code, line = frame.f_code, frame.f_lineno
    raw = code.co_code
    return any(
        raw[2 * index] == codes.YIELD
        and 2 * index >= frame.f_lasti
        and first is not None
        and last is not None
        and first <= (line or 0) <= last
        for index, (first, last, _, _) in enumerate(code.co_positions())
    )


def _label(file: str, first: int, last: int, column: int | None, end: int | None) -> str:
    text = linecache.getline(file, first).rstrip("\n").encode()
    shown = text[column : end if last == first else None].decode(errors="replace").strip()
    return shown if last == first else f"{shown} …"
