"""The events of a traced program, out of the batches in which they come. See docs/tracing.md for what each says."""

import sys
from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from . import trace_frames

VERSION = 1
"""Of the schema: what reads events by their fields can rely on it."""
TYPES = ("line", "call", "return", "exception", "yield", "resume", "return", "task_start", "task_switch", "task_end", "callback_start",
         "callback_end", "effect_dispatched", "effect_handled")  # fmt: skip
_EXCEPTION, _UNWIND, _TASK_START, _TASK_SWITCH, _DISPATCHED = 3, 6, 7, 8, 12
_BYTES = 16
_MOST_PLACES = 1_000_000


class TraceEvent(NamedTuple):
    """One event. `time` is nanoseconds since some moment; `task` is 0 outside of any task; `detail` depends on the type."""

    type: str
    time: int
    task: int
    file: str
    line: int
    function: str
    detail: dict[str, Any] | None = None
    context: dict[str, Any] | None = None

    def asdict(self) -> dict[str, Any]:
        """As it is written to a file: without what it has not."""
        return {name: value for name, value in self._asdict().items() if value not in (None, "") and (name != "line" or self.line)}


class BadTrace(ValueError):
    """A batch that no honest guest sends."""


class _News(msgspec.Struct):
    codes: list[tuple[str, str, int]]
    details: list[list[str | int]]


class _Single(msgspec.Struct):
    type: str
    function: str
    file: str
    time: int
    task: int
    detail: list[str] | None = None


class _Context(msgspec.Struct):
    locals: dict[str, str]


_news, _single, _context = msgspec.json.Decoder(_News), msgspec.json.Decoder(_Single), msgspec.json.Decoder(_Context)
_KEYS: dict[int, tuple[str, ...]] = {3: ("type", "message"), 7: ("task", "name"), 8: ("task",), 9: ("task", "outcome"), 10: ("name",),
                                     11: ("name", "error", "duration"), 12: ("effect", "dispatch", "fields"),
                                     13: ("effect", "dispatch", "handler", "outcome", "duration")}  # fmt: skip


class Decoder:
    """Turns the frames of one guest's trace into events. Remembers the code objects and the current task in between."""

    def __init__(self) -> None:
        self._places: list[tuple[str, str]] = []
        self._task = 0

    def decode(self, frame: bytes) -> list[TraceEvent]:
        """The events of a frame `t` or `T`. Raises BadTrace."""
        line, first, second = trace_frames.parts(frame)
        try:
            return [self._one(line, first, second)] if frame[:1] == b"T" else self._many(first, second)
        except (msgspec.MsgspecError, ValueError, IndexError, StopIteration, UnicodeDecodeError) as error:
            raise BadTrace(f"The program's trace cannot be read: {error}") from None

    def _one(self, line: int, event: bytes, context: bytes) -> TraceEvent:
        said = _single.decode(event)
        detail = dict(zip(_KEYS[_EXCEPTION], said.detail, strict=True)) if said.detail is not None else None
        if said.type not in TYPES:
            raise BadTrace(f"{said.type[:100]!r} is no type of events")
        told = msgspec.structs.asdict(_context.decode(context))
        return TraceEvent(said.type, said.time, said.task, said.file, line, said.function, detail, told)

    def _many(self, data: bytes, news: bytes) -> list[TraceEvent]:
        said = _news.decode(news)
        self._places += [(sys.intern(file), sys.intern(function)) for file, function, _ in said.codes]
        if len(self._places) > _MOST_PLACES:
            raise BadTrace(f"it has more than {_MOST_PLACES} functions")
        count = len(data) // _BYTES
        codes, lines = array("I", data[: 4 * count]), array("I", data[4 * count : 8 * count])
        times = array("Q", data[8 * count : 16 * count])
        if sys.byteorder == "big":
            for column in (codes, lines, times):
                column.byteswap()
        details = iter(said.details)
        events: list[TraceEvent] = []
        append, make, places, task = events.append, TraceEvent._make, self._places, self._task
        for code, packed, time in zip(codes, lines, times, strict=True):
            kind = packed & 15
            file, function = places[code]
            if kind == 0:
                append(make(("line", time, task, file, packed >> 4, function, None, None)))
                continue
            detail = None
            if kind == _EXCEPTION or kind >= _TASK_START:
                detail = self._detail(kind, next(details))
            elif kind == _UNWIND:
                detail = {"raised": True}
            if kind == _TASK_SWITCH and detail is not None:
                task = self._task = int(detail["task"])
            append(make((TYPES[kind], time, task, file, packed >> 4, function, detail, None)))
        return events

    def _detail(self, kind: int, values: Sequence[str | int]) -> dict[str, Any]:
        detail: dict[str, Any] = dict(zip(_KEYS[kind], values, strict=True))
        if kind == _TASK_SWITCH and not isinstance(detail["task"], int):
            raise BadTrace("a task's number is no number")
        if kind == _DISPATCHED and not detail["fields"]:
            del detail["fields"]
        return detail
