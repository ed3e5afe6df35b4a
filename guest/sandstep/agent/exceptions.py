"""Stops at exceptions: the filters, and what is told of the exception at a stop."""

import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Literal

from . import objects
from .deaths import Deaths, trace
from .exception_text import MOST_LINKS, is_plain, links, message_of, needs_user_code
from .filters import ExceptionFilter
from .messages import Handler, Json, RequestError
from .monitor import EVENTS, Monitor
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())

type Mode = Literal["always", "userUnhandled", "unhandled"]

_getframe = sys._getframe
FILTERS = ("raised", "uncaught", "userUnhandled")
"""The exception filters that are about exceptions alone."""

_FLOW = (StopIteration, StopAsyncIteration, GeneratorExit)


class Exceptions:
    """Watches for exceptions as the filters say."""

    def __init__(self, monitor: Monitor, sources: Sources, deaths: Deaths) -> None:
        self._monitor, self._sources, self._deaths = monitor, sources, deaths
        self._filters: dict[str, ExceptionFilter] = {}
        self.current: tuple[BaseException, Mode] | None = None
        """The exception that the program stands at."""
        self.stop: Callable[[FrameType, BaseException, Mode, str | None], None] = lambda *_: None
        self.may_run_code: Callable[[], None] = lambda: None
        self.run: Callable[[Callable[[], str]], str] = lambda what: what()

    def handlers(self) -> dict[str, Handler]:
        return {"exceptionInfo": self._info}

    def watch(self, filters: dict[str, ExceptionFilter]) -> None:
        """Stops from now on as these filters say."""
        self._filters = filters
        self._monitor.everywhere("raised", EVENTS.RAISE if "raised" in filters else 0)
        self._monitor.everywhere("userUnhandled", EVENTS.PY_UNWIND if "userUnhandled" in filters else 0)

    def on_raise(self, code: object, offset: int, error: BaseException) -> None:
        """The callback of RAISE events: they come in each frame that an exception passes; the user's first is where it stops."""
        frame = _getframe(1)
        chosen = self._filters.get("raised")
        if chosen is None or objects.is_a(error, _FLOW[0]) or type(error) in _FLOW or not self._sources.is_mine(frame.f_code):
            return
        if self._was_in_user_code(objects.traceback_of(error)):
            return
        takes, why = chosen.takes_error(error, frame)
        if takes:
            self.stop(frame, error, "always", why)

    def _was_in_user_code(self, traceback: TracebackType | None) -> bool:
        """Whether the exception has been in a frame of the user's before the one in which it is now."""
        traceback = traceback.tb_next if traceback is not None else None
        while traceback is not None:
            if self._sources.is_mine(traceback.tb_frame.f_code):
                return True
            traceback = traceback.tb_next
        return False

    def on_unwind(self, frame: FrameType, error: BaseException) -> None:
        """An exception leaves a frame: stops if it leaves the user's code for a library's."""
        chosen = self._filters.get("userUnhandled")
        above = frame.f_back
        if chosen is None or above is None or type(error) in _FLOW or self._sources.owner(frame.f_code) != "user":
            return
        if self._sources.owner(above.f_code) != "library" or self._has_left_user_code(objects.traceback_of(error)):
            return
        takes, why = chosen.takes_error(error, frame)
        if takes:
            self.stop(frame, error, "userUnhandled", why)

    def _has_left_user_code(self, traceback: TracebackType | None) -> bool:
        """Whether, further in, the exception went from the user's code to a library's already."""
        came_through_library = False
        while traceback is not None:
            owner = self._sources.owner(traceback.tb_frame.f_code)
            if owner == "user" and came_through_library:
                return True
            came_through_library = came_through_library or owner == "library"
            traceback = traceback.tb_next
        return False

    def takes_uncaught(self, error: BaseException, frame: FrameType) -> tuple[bool, str | None]:
        """Whether the end of the program by this exception is one to stop at."""
        chosen = self._filters.get("uncaught")
        if chosen is None or objects.is_a(error, SystemExit) or objects.is_a(error, KeyboardInterrupt):
            return False, None
        return chosen.takes_error(error, frame)

    def _info(self, arguments: Json) -> Json:
        if self.current is None:
            raise RequestError("The program does not stand at an exception.")
        error, mode = self.current
        if needs_user_code(error):
            self.may_run_code()
        return {
            "exceptionId": objects.full_name(type(error)),
            "description": self._message(error),
            "breakMode": mode,
            "details": self._details(error, set()),
        }

    def _details(self, error: BaseException, seen: set[int], name: str | None = None) -> Json:
        """DAP's ExceptionDetails, with causes, contexts and the members of groups."""
        seen.add(id(error))
        inner = [
            self._details(link, seen, link_name) for link_name, link in links(error) if id(link) not in seen and len(seen) < MOST_LINKS
        ]
        body: Json = {
            "message": self._message(error),
            "typeName": objects.qualname(type(error)),
            "fullTypeName": objects.full_name(type(error)),
            "stackTrace": self._trace(error),
        }
        if name is not None:
            body["evaluateName"] = name
        if inner:
            body["innerException"] = inner
        return body

    def _message(self, error: BaseException) -> str:
        """An exception's text, by the program's code if need be."""
        if is_plain(error):
            return message_of(error)
        try:
            return self.run(lambda: str(error))[:10_000]
        except BaseException as failure:
            return f"<its text cannot be had: __str__ raises {objects.qualname(type(failure))}>"

    def _trace(self, error: BaseException) -> str:
        """An effect traceback, or one of the program's frames alone."""
        try:
            report = self.run(lambda: self._deaths.report(error) or "")
        except BaseException:
            report = ""  # its text is made by the program's code, which fails
        return report or trace(self._deaths.stack(error), lambda place: self._sources.owner(place.frame.f_code) != "hidden")
