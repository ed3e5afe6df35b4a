"""The stack at a stop: which frames are shown, under which numbers."""

from types import FrameType, TracebackType
from typing import NamedTuple

from . import codes
from .messages import Handler, Json, RequestError, integer
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())


class Place(NamedTuple):
    """A frame and where in it the program stands; for the frames of a traceback that is not where the frame is now."""

    frame: FrameType
    line: int
    offset: int


class Stack:
    """The stack of one stop."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._places: list[Place] = []
        self._shown: list[Place] | None = None
        self._here: FrameType | None = None
        self._first = 1
        self._next = 1

    def stand(self, frame: FrameType | None, *, here: bool) -> None:
        """The program stands in this frame. `here`: the frame is to be shown, whoever's it is, as it was asked for."""
        self._set(_walk(frame))
        self._here = frame if here else None

    def stand_at_end(self, traceback: TracebackType | None) -> None:
        """The program has ended by an exception: the stack is its traceback's."""
        places = []
        while traceback is not None:
            places.append(Place(traceback.tb_frame, traceback.tb_lineno or 0, traceback.tb_lasti))
            traceback = traceback.tb_next
        self._set(places[::-1])

    def clear(self) -> None:
        self._set([])

    def _set(self, places: list[Place]) -> None:
        self._first = self._next
        self._places, self._shown, self._here = places, None, None

    @property
    def places(self) -> list[Place]:
        """What is shown, innermost first."""
        if self._shown is None:
            visible = [place for place in self._places if self._sources.owner(place.frame.f_code) != "hidden"]
            mine = [place for place in visible if place.frame is self._here or self._sources.is_mine(place.frame.f_code)]
            self._shown = mine or visible
            self._next = self._first + len(self._shown)
        return self._shown

    def place(self, number: int) -> Place:
        """The place of a frame's number."""
        places = self.places
        if not self._first <= number < self._first + len(places):
            raise RequestError("This frame is of an earlier stop.")
        return places[number - self._first]

    def handlers(self) -> dict[str, Handler]:
        return {"stackTrace": self._stack_trace}

    def _stack_trace(self, arguments: Json) -> Json:
        start, levels = integer(arguments, "startFrame", 0), integer(arguments, "levels", 0)
        places = self.places
        chosen = places[start : start + levels if levels else None]
        frames = [self._body(number, place) for number, place in enumerate(chosen, self._first + start)]
        return {"stackFrames": frames, "totalFrames": len(places)}

    def _body(self, number: int, place: Place) -> Json:
        """DAP's StackFrame."""
        code = place.frame.f_code
        body: Json = {"id": number, "name": code.co_qualname, "line": place.line, "column": 1}
        body["source"] = self._sources.source(code.co_filename)
        first, last, column, end = codes.position(code, place.offset)
        if first == place.line and column is not None:
            body["column"] = column + 1
            if end is not None and last is not None:
                body["endLine"], body["endColumn"] = last, end + 1
        module = codes.module_name(place.frame)
        if module:
            body["moduleId"] = module
        if not self._sources.is_mine(code) or self._sources.owner(code) == "library":
            body["presentationHint"] = "subtle"
        return body


def _walk(frame: FrameType | None) -> list[Place]:
    places = []
    while frame is not None:
        places.append(Place(frame, frame.f_lineno or 0, frame.f_lasti))
        frame = frame.f_back
    return places
