"""What a program's agent says without being asked. Each kind is checked; what isn't listed here doesn't reach the client."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from .protocol import (
    BreakpointEventBody,
    ContinuedEventBody,
    ExitedEventBody,
    LoadedSourceEventBody,
    ModuleEventBody,
    OutputEventBody,
    SandstepTasksChangedEventBody,
    StoppedEventBody,
    ThreadEventBody,
)
from .state import State

if TYPE_CHECKING:
    from .session import Session

_decode = msgspec.json.decode
_CATEGORIES = frozenset({"console", "important", "stdout", "stderr"})


def hear(session: "Session", event: str, body: msgspec.Raw) -> None:
    """Acts on an event. Raises KeyError for one that there is not, msgspec.DecodeError for one that is not formed well."""
    _EVENTS[event](session, body)


def _stopped(session: "Session", body: msgspec.Raw) -> None:
    stopped = _decode(body, type=StoppedEventBody)
    session.state = State.STOPPED
    session.input.forget()
    session.threads.seen(stopped.thread_id)
    if stopped.hit_breakpoint_ids is not None:
        stopped = msgspec.structs.replace(stopped, hit_breakpoint_ids=session.breakpoints.client_ids(stopped.hit_breakpoint_ids))
    session.last_stop = stopped
    session.client.event("stopped", stopped)
    session.task_news.stands()


def _continued(session: "Session", body: msgspec.Raw) -> None:
    continued = _decode(body, type=ContinuedEventBody)
    session.goes_on()
    session.client.event("continued", continued)


def _output(session: "Session", body: msgspec.Raw) -> None:
    output = _decode(body, type=OutputEventBody)
    if output.category not in _CATEGORIES:
        output = msgspec.structs.replace(output, category="stdout")
    for part in session.tracebacks.linked(output):
        session.client.event("output", part)


def _breakpoint(session: "Session", body: msgspec.Raw) -> None:
    session.breakpoints.hear(_decode(body, type=BreakpointEventBody))


def _thread(session: "Session", body: msgspec.Raw) -> None:
    thread = _decode(body, type=ThreadEventBody)
    session.threads.hear(thread)
    session.client.event("thread", thread)


def _tasks_changed(session: "Session", body: msgspec.Raw) -> None:
    _decode(body, type=SandstepTasksChangedEventBody)
    session.task_news.changed()


def _module(session: "Session", body: msgspec.Raw) -> None:
    session.client.event("module", _decode(body, type=ModuleEventBody))


def _loaded_source(session: "Session", body: msgspec.Raw) -> None:
    loaded = _decode(body, type=LoadedSourceEventBody)
    session.tracebacks.loaded(loaded.source)
    session.client.event("loadedSource", loaded)


def _input(session: "Session", body: msgspec.Raw) -> None:
    session.input.hear(body)


def _exited(session: "Session", body: msgspec.Raw) -> None:
    session.program_ended(_decode(body, type=ExitedEventBody).exit_code)


_EVENTS: dict[str, Callable[["Session", msgspec.Raw], None]] = {
    "stopped": _stopped,
    "continued": _continued,
    "output": _output,
    "breakpoint": _breakpoint,
    "thread": _thread,
    "sandstepTasksChanged": _tasks_changed,
    "module": _module,
    "loadedSource": _loaded_source,
    "input": _input,
    "exited": _exited,
}
