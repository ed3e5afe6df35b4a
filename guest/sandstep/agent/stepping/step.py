"""One step that is under way: what it is bound to, and what ends it."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Literal
from weakref import ref

from ..monitor import EVENTS
from ..own import keep_builtins
from ..tasks import Flow

keep_builtins(globals())

type Kind = Literal["next", "stepIn", "stepOut", "entry"]
type Start = Literal["start", "resume", "throw"]
"""How a frame begins to run: from its first line, from where it was suspended, or there with an exception."""
type Seeking = Literal["nothing", "flow", "anything"]
"""Whether a frame that begins to run ends the step: none because of this alone, each of the stepped task, each."""


class Step:
    """A step is bound to a frame and a task, never to a depth: recursion, other tasks and generators that come back later are told
    apart by identity."""

    def __init__(self, kind: Kind, frame: FrameType | None, flow: Flow) -> None:
        self.kind: Kind = kind
        self.flow = flow
        """The task that is stepped, or the main program."""
        self.frame = frame
        """The frame that is stepped, until it ends."""
        self.generator: ref[object] | None = None
        """The generator of that frame: it can go without a word, if nobody resumes it."""
        self.line = frame.f_lineno if frame is not None else None
        self.landing: FrameType | None = None
        """The frame in which the step ends as soon as it goes on: who called the stepped one."""
        self.resumed: FrameType | None = None
        """The same for a frame that was suspended and has been resumed."""
        self.entered: FrameType | None = None
        """A frame whose next line ends the step: it was called, or it handles the exception that left the stepped one."""
        self.seeking: Seeking = "nothing"
        self.waiters: list[Flow] = []
        """Who waited for the task when its frame ended."""
        self.target: int | None = None
        """The offset of the call to be entered, until it is reached."""
        self.handler: int | None = None
        """The handler to be entered, by the serial number of its place in the chain."""
        self.returned: list[tuple[str, object]] = []
        self.uninteresting_returns = 0

    @property
    def sees_starts(self) -> bool:
        """Whether frames that begin to run are to be looked at."""
        return self.seeking != "nothing" or self.kind == "stepIn"

    def lands_in(self, frame: FrameType) -> bool:
        """Whether the step ends as soon as this frame goes on."""
        return frame is self.landing or frame is self.resumed

    def codes(self) -> list[CodeType]:
        """The code of each frame that it watches."""
        return [frame.f_code for frame in (self.frame, self.landing, self.resumed, self.entered) if frame is not None]

    def events_of(self, code: CodeType) -> int:
        """What the step wants of a code: several of its frames may share one."""
        events = 0
        if self.frame is not None and self.frame.f_code is code:
            events |= EVENTS.PY_RETURN | EVENTS.PY_YIELD
            events |= 0 if self.kind == "stepOut" else EVENTS.LINE | EVENTS.CALL
        if any(frame is not None and frame.f_code is code for frame in (self.landing, self.resumed)):
            events |= EVENTS.INSTRUCTION
        if self.entered is not None and self.entered.f_code is code:
            events |= EVENTS.LINE
        return events
