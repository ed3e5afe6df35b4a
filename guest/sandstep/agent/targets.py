"""The calls of the line at which the program stands: any of them can be stepped into."""

import dis
import linecache
from types import FrameType
from typing import NamedTuple

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


def _label(file: str, first: int, last: int, column: int | None, end: int | None) -> str:
    text = linecache.getline(file, first).rstrip("\n").encode()
    shown = text[column : end if last == first else None].decode(errors="replace").strip()
    return shown if last == first else f"{shown} …"
