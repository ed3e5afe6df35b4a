"""Steps: which line comes next in the same frame, in the frame that is entered, or where the caller goes on.

A step is bound to a frame, never to a depth: recursion, other tasks and generators that come back later are told apart by identity.
"""

import inspect
import sys
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Literal

from . import codes
from .breakpoints import Breakpoints, Hit
from .monitor import DISABLE, EVENTS, Monitor
from .own import keep_builtins
from .sources import Sources
from .tasks import Flow, Tasks

keep_builtins(globals())

type Kind = Literal["next", "stepIn", "stepOut", "entry"]

_getframe = sys._getframe
_REASON = "step"
_MANY_RETURNS = 2000
_GENERATORS = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
_SUSPENDS = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE
_wrapped_value = "async_generator_wrapped_value"


class Step:
    """A step that is under way."""

    def __init__(self, kind: Kind, frame: FrameType | None, target: int | None, flow: Flow) -> None:
        self.kind: Kind = kind
        self.flow = flow
        """The task that is stepped, or the main program."""
        self.frame = frame
        """The frame that is stepped, until it ends."""
        self.code = frame.f_code if frame is not None else None
        self.line = frame.f_lineno if frame is not None else None
        self.landing: FrameType | None = None
        """The frame in which the step ends as soon as it goes on: who called the stepped one."""
        self.entered: FrameType | None = None
        """A frame whose next line ends the step: it was called, or it handles the exception that left the stepped one."""
        self.anywhere = frame is None
        """The next line of the user's ends the step."""
        self.target = target
        """The offset of the call to be entered, until it is reached."""
        self.returned: list[tuple[str, object]] = []
        self.uninteresting_returns = 0


class Stepper:
    """Runs one step at a time."""

    def __init__(self, monitor: Monitor, sources: Sources, breakpoints: Breakpoints, tasks: Tasks) -> None:
        self._tasks = tasks
        self._monitor, self._sources, self._breakpoints = monitor, sources, breakpoints
        self.step: Step | None = None
        self.returned: list[tuple[str, object]] = []
        """What the functions returned that the last step went over or out of: (name, value)."""
        self.stop: Callable[[FrameType, str], None] = lambda frame, reason: None
        self.has_left = False
        """The frame at which the program stands is being left by an exception, and will not tell that again."""

    def watch(self) -> None:
        """Registers the callbacks of events that come only while a step is under way."""
        call = self._monitor.call
        call(EVENTS.LINE, self._breakpoints.on_line)
        call(EVENTS.PY_YIELD, self._on_yield)
        call(EVENTS.CALL, self._on_call)

    def begin(self, kind: Kind, frame: FrameType | None, flow: Flow, target: int | None = None) -> None:
        """A new step; one that was pending is moot."""
        self.drop()
        step = self.step = Step(kind, frame, target, flow)
        has_left, self.has_left = self.has_left, False
        if frame is not None and not self._sources.can_step(frame.f_code) and kind != "stepOut":
            step.landing = self._user_above(frame.f_back, delegating=True)
        if frame is not None and flow is self._tasks.current and (has_left or codes.is_leaving(frame)):
            self._left(frame, frame.f_code)
        else:
            self.go_on()

    def drop(self) -> None:
        """No step is under way any more."""
        self.suspend()
        self.step = None
        self.returned = []

    def suspend(self) -> None:
        """The program stands still, or the step is over: nothing of it costs anything."""
        if self.step is not None:
            self._monitor.unwant_all(_REASON)
            self._monitor.call(EVENTS.LINE, self._breakpoints.on_line)

    def go_on(self) -> None:
        """Watches for the end of the step."""
        step, want = self.step, self._monitor.want
        if step is None:
            return
        self._monitor.call(EVENTS.LINE, self._on_line)
        wanted: dict[int, tuple[CodeType, int]] = {}

        def add(frame: FrameType | None, events: int) -> None:
            if frame is not None:
                code = frame.f_code
                wanted[id(code)] = code, wanted.get(id(code), (code, 0))[1] | events

        leaves = EVENTS.PY_RETURN | EVENTS.PY_YIELD
        add(step.frame, leaves if step.kind == "stepOut" else leaves | EVENTS.LINE | EVENTS.CALL)
        add(step.landing, EVENTS.INSTRUCTION)
        add(step.entered, EVENTS.LINE)
        for code, events in wanted.values():
            want(code, _REASON, events)
        self._monitor.everywhere(_REASON, EVENTS.PY_UNWIND | EVENTS.EXCEPTION_HANDLED | (EVENTS.PY_THROW if self.sees_starts else 0))
        if step.kind == "stepIn" or step.anywhere:
            self._monitor.restart()

    @property
    def sees_starts(self) -> bool:
        """Whether `on_start` is to be told of frames that start or resume."""
        step = self.step
        return step is not None and (step.anywhere or step.kind == "stepIn")

    def _user_above(self, frame: FrameType | None, *, delegating: bool) -> FrameType | None:
        """The nearest frame of the user's further out; one that only delegates to what is inside counts or not."""
        while frame is not None:
            if self._sources.can_step(frame.f_code) and (delegating or not codes.is_delegating(frame)):
                return frame
            frame = frame.f_back
        return None

    def _ended(self, frame: FrameType) -> None:
        """The stepped frame returns or is left by an exception: its caller goes on. A task's first coroutine has none that waits for it
        alone: whichever line of the user's runs next is where the program goes on."""
        step, above = self.step, frame.f_back
        assert step is not None
        step.frame = None
        step.landing = self._user_above(above, delegating=True)
        is_task = frame.f_code.co_flags & _SUSPENDS and above is not None and not above.f_code.co_flags & codes.GENERATOR_LIKE
        step.anywhere = step.landing is None or bool(is_task)
        self._moved()

    def _moved(self) -> None:
        assert self.step is not None
        self.step.entered = None
        self.suspend()
        self.go_on()

    def _finish(self, frame: FrameType) -> None:
        step = self.step
        assert step is not None
        self.suspend()
        self.step = None
        self.returned = step.returned
        self.stop(frame, "entry" if step.kind == "entry" else "step")

    def on_start(self, frame: FrameType) -> bool:
        """A frame of the user's starts or resumes. True: tell again when it does so the next time."""
        step = self.step
        if step is None or not self._sources.can_step(frame.f_code):
            return False
        if step.target is not None or not (step.anywhere or self._is_called_by(frame, step)):
            return True
        if step.entered is None or step.anywhere or frame is not step.frame:
            step.entered = frame
            if frame is not step.frame:
                self._monitor.want(frame.f_code, _REASON, EVENTS.LINE | self._events_of(step, frame.f_code))
        return True

    def _events_of(self, step: Step, code: CodeType) -> int:
        """What the step wants of a code already: recursion enters the code that is stepped."""
        events = 0
        if step.frame is not None and step.frame.f_code is code:
            events |= EVENTS.PY_RETURN | EVENTS.PY_YIELD | EVENTS.CALL
        if step.landing is not None and step.landing.f_code is code:
            events |= EVENTS.INSTRUCTION
        return events

    @staticmethod
    def _is_called_by(frame: FrameType, step: Step) -> bool:
        above = frame.f_back
        while above is not None:
            if above is step.frame or above is step.landing:
                return True
            above = above.f_back
        return False

    def _on_line(self, code: CodeType, line: int) -> object:
        frame = _getframe(1)
        hit = self._breakpoints.check(frame, code, line)
        step = self.step
        if step is None:
            if hit is not None:
                self._breakpoints.stop(frame, hit)
            return None
        ends = frame is step.entered and not (codes.is_class_body(code) and line == code.co_firstlineno)
        ends = ends or (frame is step.frame and step.kind != "stepOut" and self._is_another(step, frame, line))
        if hit is not None:
            self._stop_at_breakpoint(frame, hit, ends)
        elif ends:
            self._finish(frame)
        return None

    def _stop_at_breakpoint(self, frame: FrameType, hit: Hit, ends: bool) -> None:
        """The step, unless it ends here too, stays pending: it goes on with the next `continue`."""
        self.suspend()
        if ends:
            assert self.step is not None
            self.returned, self.step = self.step.returned, None
        self._breakpoints.stop(frame, hit)

    @staticmethod
    def _is_another(step: Step, frame: FrameType, line: int) -> bool:
        """Whether this line begins another statement than the one that is stepped over."""
        code = frame.f_code
        before, step.line = step.line, line
        statements = codes.statements(code)
        return before is None or not (statements.are_one(before, line) or frame.f_lasti in statements.continuations)

    def on_return(self, code: CodeType, frame: FrameType, value: object) -> object:
        """The callback of PY_RETURN events."""
        step = self.step
        if step is None:
            return DISABLE
        if frame is step.frame:
            step.returned.append((code.co_qualname, value))
            self._ended(frame)
        elif frame is step.entered:
            step.entered = None
        elif frame.f_back is step.frame and step.frame is not None:
            if not code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR) and not code.co_name.startswith("<"):
                step.returned.append((code.co_qualname, value))
        else:
            step.uninteresting_returns += 1
            if step.uninteresting_returns > _MANY_RETURNS and (step.frame is None or step.frame.f_code is not code):
                self._monitor.unwant(code, _REASON)
        return None

    def _on_yield(self, code: CodeType, offset: int, value: object) -> object:
        frame, step = _getframe(1), self.step
        if step is not None and frame is step.frame and not self._is_suspension(code, value):
            self._yielded(frame)
        return None

    def _yielded(self, frame: FrameType) -> None:
        """The stepped generator hands a value to its consumer, and may come back."""
        step = self.step
        assert step is not None
        if step.kind == "stepOut":
            step.frame = None
        step.landing = self._user_above(frame.f_back, delegating=bool(frame.f_code.co_flags & inspect.CO_ASYNC_GENERATOR))
        step.anywhere = False
        self._moved()

    def _left(self, frame: FrameType, code: CodeType) -> None:
        if code.co_flags & _GENERATORS and codes.is_leaving(frame) and code.co_code[frame.f_lasti] == codes.YIELD:
            self._yielded(frame)
        else:
            self._ended(frame)

    @staticmethod
    def _is_suspension(code: CodeType, value: object) -> bool:
        """Whether a coroutine waits, where a generator would have handed out a value."""
        if code.co_flags & inspect.CO_ASYNC_GENERATOR:
            return type(value).__name__ != _wrapped_value
        return bool(code.co_flags & _SUSPENDS)

    def on_instruction(self, frame: FrameType) -> bool:
        """The callback of instruction events, which only the landing frame asks for. True: the step has ended here."""
        step = self.step
        if step is None or frame is not step.landing or frame.f_lineno is None:
            return False
        self._finish(frame)
        return True

    def _on_call(self, code: CodeType, offset: int, function: object, _first: object) -> object:
        """A call in the stepped frame: what it returns will be shown."""
        frame, step = _getframe(1), self.step
        if step is None or frame is not step.frame:
            return None
        if step.target is not None and offset >= step.target:
            step.target = None
        if type(function) is MethodType:
            function = function.__func__
        if type(function) is FunctionType and function.__code__ is not code and self._sources.can_step(function.__code__):
            self._monitor.want(function.__code__, _REASON, EVENTS.PY_RETURN | self._events_of(step, function.__code__))
        return None

    def on_unwind(self, frame: FrameType) -> None:
        """An exception leaves a frame."""
        step = self.step
        if step is None:
            return
        if frame is step.frame or (step.frame is None and frame in (step.landing, step.entered)):
            self._ended(frame)
        elif frame is step.entered:
            step.entered = None

    def on_handled(self, frame: FrameType) -> None:
        """An exception is handled in a frame: if it is where the stepped frame would have returned to, its next line is the step's end."""
        step = self.step
        if step is not None and frame is step.landing:
            step.landing, step.entered = None, frame
            self.suspend()
            self.go_on()
