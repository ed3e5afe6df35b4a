"""What a stack is made of: Python frames, effects on their way to a handler, and the edges between tasks."""

from __future__ import annotations

from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple

from .own import keep_builtins

keep_builtins(globals())


class Site(NamedTuple):
    """A place in a file, as far as it is known: `function` is the name of what stands there."""

    file: str
    line: int
    function: str


class Place(NamedTuple):
    """A frame and where in it the program stands; for the frames of a traceback that is not where the frame is now."""

    frame: FrameType
    line: int
    offset: int
    handles: object = None
    """The effect that it handles, if the frame is a handler's."""
    is_handler: bool = False


class Handling(NamedTuple):
    """A handler in force at a dispatch: what it did so far, and where it is (None for what is not Python code)."""

    handler: object
    name: str
    mark: str
    site: Site | None


class Dispatch(NamedTuple):
    """An effect on its way through the handlers, innermost first. `site` is where it was performed."""

    effect: Any
    site: Site | None
    handlers: tuple[Handling, ...]


class Edge(NamedTuple):
    """The end of a task's own frames: what follows are those of the task that spawned it."""

    number: int
    """The flow's number."""
    name: str
    site: Site | None


class Gone(NamedTuple):
    """A frame of an effect traceback that is no more: its place is all that is known."""

    site: Site


type Entry = Place | Dispatch | Edge | Gone


def place_of(frame: FrameType) -> Place:
    """Where a frame stands now."""
    return Place(frame, frame.f_lineno or frame.f_code.co_firstlineno, frame.f_lasti)


def site_of(code: CodeType, offset: int) -> Site:
    """The place of an instruction."""
    line = code.co_firstlineno
    for start, end, at in code.co_lines():
        if start <= offset < end and at is not None:
            line = at
    return Site(code.co_filename, line, code.co_qualname)


def places_of_traceback(traceback: TracebackType | None) -> list[Place]:
    """The frames of a traceback, innermost first."""
    places = []
    while traceback is not None:
        places.append(Place(traceback.tb_frame, traceback.tb_lineno or 0, traceback.tb_lasti))
        traceback = traceback.tb_next
    return places[::-1]
