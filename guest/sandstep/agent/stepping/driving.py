"""Who runs a frame: the user's own code, asyncio, or the machine of effects. Structure tells, never a name."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import NamedTuple

from .. import codes
from ..messages import RequestError
from ..own import keep_builtins
from ..sources import Sources
from ..tasks import Flow, Tasks

keep_builtins(globals())

_COROUTINES = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE


class InForce(NamedTuple):
    """A handler of the user's that may be asked about the next effect."""

    serial: int
    name: str
    code: CodeType


class Driving:
    """Answers for frames that run now."""

    def __init__(self, tasks: Tasks, sources: Sources) -> None:
        self._tasks, self._sources = tasks, sources

    def is_performing(self, frame: FrameType) -> bool:
        """Whether what this generator yields goes to the machine of effects: it is suspended, and hands out no value."""
        if not frame.f_code.co_flags & inspect.CO_GENERATOR:
            return False
        outermost = frame
        while (above := outermost.f_back) is not None and codes.is_delegating(above):
            outermost = above
        while above is not None:
            run = self._tasks.effects.is_loop(above)
            if run is not None:
                return self._tasks.effects.drives(run, outermost)
            above = above.f_back
        return False

    def ends_in_runtime(self, frame: FrameType) -> bool:
        """Whether the end of this frame is told to a runtime, which goes on with whatever it likes, before any code of the user's."""
        inner, above = frame, frame.f_back
        while above is not None and not self._sources.can_step(above.f_code):
            if self._tasks.effects.is_loop(above) is not None:
                return True
            if inner.f_code.co_flags & _COROUTINES and not above.f_code.co_flags & codes.GENERATOR_LIKE:
                return True
            inner, above = above, above.f_back
        return False

    def handlers(self, frame: FrameType) -> Iterator[InForce]:
        """The user's handlers that are in force where a generator performs effects, innermost first."""
        above = frame.f_back if self.is_performing(frame) else None
        while above is not None:
            run = self._tasks.effects.is_loop(above)
            if run is not None:
                for serial, name, code in self._tasks.effects.in_force(run):
                    if code is not None and self._sources.can_step(code):
                        yield InForce(serial, name, code)
                return
            above = above.f_back

    def asked(self, frame: FrameType) -> int | None:
        """The handler whose first frame this is, by its serial number."""
        return self._tasks.effects.asked(frame)

    def waiters(self, flow: Flow) -> list[Flow]:
        """Who waits for a task's outcome now."""
        try:
            return [] if flow.owner == "main" else self._tasks.stacks.runtime(flow).waiters(flow)
        except RequestError:  # it has ended
            return []

    def has_ended(self, flow: Flow) -> bool:
        """Whether a task has its outcome."""
        return flow.owner != "main" and self._tasks.stacks.runtime(flow).has_ended(flow)
