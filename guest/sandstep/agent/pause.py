"""Pausing a program that runs at full speed, or that waits."""

from types import FrameType

from .messages import MAIN_THREAD, Handler, Json, integer
from .monitor import EVENTS, Monitor
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())

_REASON = "pause"
_WAITS = ("/host_calls.py",)


class Pause:
    """A pause that was asked for and has not happened yet."""

    def __init__(self, monitor: Monitor, sources: Sources) -> None:
        self._monitor, self._sources = monitor, sources
        self.asked = False
        self.thread = MAIN_THREAD
        """The thread that the user wants to look at: where none runs, it is shown."""

    def handlers(self) -> dict[str, Handler]:
        return {"pause": self._pause}

    def _pause(self, arguments: Json) -> None:
        self.asked = True
        self.thread = integer(arguments, "threadId", MAIN_THREAD)

    def is_waiting(self, frame: FrameType | None) -> bool:
        """Whether the program is in a call of the host that takes its time."""
        while frame is not None and self._sources.owner(frame.f_code) == "hidden":
            if frame.f_code.co_filename.endswith(_WAITS):
                return True
            frame = frame.f_back
        return False

    def arm(self, frame: FrameType | None) -> None:
        """The interpreter goes on in the innermost of these frames that is not ours: its next instruction is the place to stop."""
        while frame is not None and self._sources.owner(frame.f_code) == "hidden":
            frame = frame.f_back
        if frame is not None:
            self._monitor.want(frame.f_code, _REASON, EVENTS.INSTRUCTION)

    def takes(self, frame: FrameType) -> bool:
        return self._sources.owner(frame.f_code) != "hidden"

    def done(self) -> None:
        self.asked = False
        self._monitor.unwant_all(_REASON)
