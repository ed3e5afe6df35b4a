"""Where a session stands, and what can be asked of it then."""

from enum import Enum, auto

from .errors import NOT_STOPPED, RequestError


class State(Enum):
    """Where a session stands."""

    NEW = auto()
    """The client has not introduced itself."""
    READY = auto()
    """No program yet."""
    LAUNCHING = auto()
    """The program is being loaded, or the image built."""
    CONFIGURING = auto()
    """The program waits for `configurationDone`."""
    RUNNING = auto()
    STOPPED = auto()
    ENDED = auto()
    """The program has ended, and the client knows."""


class When(Enum):
    """What a request needs."""

    ALWAYS = auto()
    """Nothing."""
    PROGRAM = auto()
    """A program that has been launched and has not ended."""
    STOP = auto()
    """A program that stands still."""


LIVING = (State.CONFIGURING, State.RUNNING, State.STOPPED)
ENDED = "the program has ended; restart it, or end the session"
_NO_PROGRAM = {
    State.NEW: "the first request has to be `initialize`",
    State.READY: "there is no program yet; send `launch` first",
    State.LAUNCHING: "the program is still being loaded; wait for the event `initialized`",
    State.ENDED: ENDED,
}
_NO_STOP = {
    State.CONFIGURING: "the program has not started; send `configurationDone` first",
    State.RUNNING: "the program is running; pause it first",
}


def require(state: State, when: When, *, show: bool) -> None:
    """Raises RequestError if a request with this need cannot be served now."""
    if when is When.ALWAYS:
        return
    if state not in LIVING:
        raise RequestError(_NO_PROGRAM[state], show=show or state in (State.NEW, State.READY))
    if when is When.STOP and state is not State.STOPPED:
        raise RequestError(_NO_STOP[state], short=NOT_STOPPED, show=show)
