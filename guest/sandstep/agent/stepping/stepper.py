"""Runs one step at a time, and stops where a task that was asked for runs next."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType, MethodType
from weakref import ref

from .. import codes
from ..breakpoints import Breakpoints, Hit
from ..monitor import DISABLE, EVENTS, Monitor
from ..own import keep_builtins
from ..sources import Sources
from ..tasks import Flow, Tasks
from .driving import Driving
from .step import Kind, Start, Step

keep_builtins(globals())

_getframe = sys._getframe
_REASON = "step"
_MANY_RETURNS = 2000
_GENERATORS = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
_COROUTINES = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE
_wrapped_value = "async_generator_wrapped_value"


class Stepper:
    """Holds the step that is under way, and the events that it needs."""

    def __init__(self, monitor: Monitor, sources: Sources, breakpoints: Breakpoints, tasks: Tasks) -> None:
        self._tasks = tasks
        self._monitor, self._sources, self._breakpoints = monitor, sources, breakpoints
        self.driving = Driving(tasks, sources)
        self.step: Step | None = None
        self._is_watching = False
        self._awaited: set[Flow] = set()
        """The tasks at whose next turn the program stops."""
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

    # What begins and ends a step

    def begin(self, kind: Kind, frame: FrameType | None, flow: Flow, target: int | None = None, handler: int | None = None) -> None:
        """A new step; one that was pending is moot. Without a frame it ends at the next line that the task runs."""
        self.drop()
        runs = flow is self._tasks.current
        if frame is not None and not runs and not self._sources.can_step(frame.f_code):
            frame = None
        step = self.step = Step(kind, frame, flow)
        step.target, step.handler = target, handler
        has_left, self.has_left = self.has_left, False
        if frame is None:
            step.seeking = "anything" if kind == "entry" else "flow"
        else:
            self._mind(step, frame)
            if not self._sources.can_step(frame.f_code) and kind != "stepOut":
                step.landing = self._user_above(frame.f_back, delegating=True)
        if frame is not None and runs and (has_left or codes.is_leaving(frame)):
            self._left(frame, frame.f_code)
            return
        if frame is not None and not runs and kind == "stepIn" and frame.f_code.co_flags & inspect.CO_GENERATOR:
            step.seeking = "flow"  # what it performed is still to be answered
        self.go_on()

    def _mind(self, step: Step, frame: FrameType) -> None:
        """A generator that nobody can resume any more ends without an event: the end of the object tells."""
        generator = frame.f_generator
        if generator is not None:
            step.generator = ref(generator, self._abandoned)

    def drop(self) -> None:
        """No step is under way any more."""
        self.suspend()
        self.step = None
        self.returned = []

    def suspend(self) -> None:
        """The program stands still, or the step is over: nothing of it costs anything."""
        self._is_watching = False
        self._monitor.unwant_all(_REASON)
        if self.step is not None:
            self._monitor.call(EVENTS.LINE, self._breakpoints.on_line)

    def go_on(self) -> None:
        """Watches for the end of the step."""
        step = self.step
        self._awaited = {flow for flow in self._awaited if not self.driving.has_ended(flow)}
        if step is None:
            if self._awaited:
                self._monitor.everywhere(_REASON, EVENTS.PY_THROW)
                self._monitor.restart()
            return
        self._is_watching = True
        self._monitor.call(EVENTS.LINE, self._on_line)
        for code in step.codes():
            self._monitor.want(code, _REASON, step.events_of(code))
        throws = EVENTS.PY_THROW if self.sees_starts else 0
        self._monitor.everywhere(_REASON, EVENTS.PY_UNWIND | EVENTS.EXCEPTION_HANDLED | throws)
        if self.sees_starts:
            self._monitor.restart()

    @property
    def sees_starts(self) -> bool:
        """Whether `on_start` is to be told of frames that start or resume."""
        step = self.step
        return bool(self._awaited) or (step is not None and step.sees_starts)

    def stop_when_it_runs(self, flow: Flow, enabled: bool) -> None:
        """The program stops when this task runs next, or no longer does."""
        flow.breaks = enabled
        (self._awaited.add if enabled else self._awaited.discard)(flow)
        if not self._awaited and self.step is None:
            self.suspend()

    def _finish(self, frame: FrameType) -> None:
        step = self.step
        assert step is not None
        self.suspend()
        self.step = None
        self.returned = step.returned
        self.stop(frame, "entry" if step.kind == "entry" else "step")

    # Where the program goes on when the stepped frame is over

    def _user_above(self, frame: FrameType | None, *, delegating: bool) -> FrameType | None:
        """The nearest frame of the user's further out; one that only delegates to what is inside counts or not."""
        while frame is not None:
            if self._sources.can_step(frame.f_code) and (delegating or not codes.is_delegating(frame)):
                return frame
            frame = frame.f_back
        return None

    def _ended(self, frame: FrameType) -> None:
        """The stepped frame returns or is left by an exception: its caller goes on. Where that is a runtime, whichever line of the task
        runs next is where it goes on."""
        step = self.step
        assert step is not None
        step.frame = None
        step.landing = self._user_above(frame.f_back, delegating=True)
        if self.driving.ends_in_runtime(frame):
            self._seek(step)
        elif step.landing is None:
            step.seeking = "anything"
        else:
            step.seeking = "nothing"
        self._moved(step)

    def _seek(self, step: Step) -> None:
        step.seeking = "flow"
        step.waiters = self.driving.waiters(step.flow)

    def _abandoned(self, generator: ref[object]) -> None:
        """The generator that is stepped is gone: its handler ended it, or nobody resumes it."""
        step = self.step
        if step is None or step.frame is None or generator is not step.generator:
            return
        step.frame = None
        if step.landing is None:
            self._seek(step)
        if self._is_watching:
            self._moved(step)

    def _moved(self, step: Step) -> None:
        step.entered = step.resumed = None
        self.suspend()
        self.go_on()

    def _left(self, frame: FrameType, code: CodeType) -> None:
        if code.co_flags & _GENERATORS and codes.is_leaving(frame) and code.co_code[frame.f_lasti] == codes.YIELD:
            self._yielded(frame)
        else:
            self._ended(frame)

    def _yielded(self, frame: FrameType) -> None:
        """The stepped generator performs an effect, or hands a value to its consumer; it may come back."""
        step = self.step
        assert step is not None
        if self.driving.is_performing(frame):
            if step.kind == "stepIn":
                step.seeking = "flow"
            self._moved(step)
            return
        if step.kind == "stepOut":
            step.frame = None
        step.landing = self._user_above(frame.f_back, delegating=bool(frame.f_code.co_flags & inspect.CO_ASYNC_GENERATOR))
        step.seeking = "nothing"
        self._moved(step)

    # Frames that begin to run

    def on_start(self, frame: FrameType, how: Start) -> bool:
        """A frame starts or resumes. True: tell again when it does so the next time."""
        if not self._sources.can_step(frame.f_code):
            return False
        if self._awaited:
            self._look_for_awaited(frame)
        step = self.step
        if step is None:
            return bool(self._awaited)
        if step.target is not None:
            return True
        if frame is step.frame and step.seeking == "flow":
            step.seeking = "nothing"  # nobody of the user's was asked: it goes on
            step.entered = step.resumed = None
            return True
        if step.seeking != "nothing":
            if (arrival := self._arrival(frame, step, how)) is not None:
                self._comes_to(frame, step, arrival)
        elif step.kind == "stepIn" and step.handler is None and frame is not step.frame and self._is_called_by(frame, step):
            self._comes_to(frame, step, "start")
        return True

    def _look_for_awaited(self, frame: FrameType) -> None:
        """Whether a task runs of which it was asked to be told: the program stops at its next line."""
        flow = self._tasks.running(frame)
        if flow in self._awaited:
            self.stop_when_it_runs(flow, False)
            self.begin("next", None, flow)

    def _arrival(self, frame: FrameType, step: Step, how: Start) -> Start | None:
        """How the step comes to a frame that begins to run: in the midst of its line only where that line waited for the stepped frame.
        None: this frame is not what is sought."""
        if step.handler is not None and step.frame is not None:
            return how if how == "start" and self.driving.asked(frame) == step.handler else None
        if step.seeking == "anything":
            return "start"
        flow = self._tasks.running(frame)
        if flow is step.flow:
            return how
        if not self.driving.has_ended(step.flow):
            return None
        step.waiters = [each for each in step.waiters if not self.driving.has_ended(each)]
        if not step.waiters:
            return "start"
        return how if flow in step.waiters else None

    def _comes_to(self, frame: FrameType, step: Step, how: Start) -> None:
        """The step ends in this frame: at its first line, where it was suspended, or where it handles the exception."""
        changed = [each.f_code for each in (step.entered, step.resumed) if each is not None]
        step.entered, step.resumed = (None, frame) if how == "resume" else (frame, None)
        for code in (*changed, frame.f_code):
            self._monitor.want(code, _REASON, step.events_of(code))

    @staticmethod
    def _is_called_by(frame: FrameType, step: Step) -> bool:
        above = frame.f_back
        while above is not None:
            if above is step.frame or above is step.landing:
                return True
            above = above.f_back
        return False

    # Lines, calls, yields and ends

    def _on_line(self, code: CodeType, line: int) -> object:
        frame = _getframe(1)
        hit = self._breakpoints.check(frame, code, line)
        step = self.step
        if step is None:
            if hit is not None:
                self._breakpoints.stop(frame, hit)
            return None
        ends = (
            frame is step.entered and not (codes.is_class_body(code) and line == code.co_firstlineno) and not codes.is_ending_await(frame)
        )
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
            if not code.co_flags & _GENERATORS and not code.co_name.startswith("<"):
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

    @staticmethod
    def _is_suspension(code: CodeType, value: object) -> bool:
        """Whether a coroutine waits, where a generator would have handed out a value."""
        if code.co_flags & inspect.CO_ASYNC_GENERATOR:
            return type(value).__name__ != _wrapped_value
        return bool(code.co_flags & _COROUTINES)

    def on_instruction(self, frame: FrameType) -> bool:
        """The callback of instruction events, which only the frame asks for in which to land. True: the step has ended here."""
        step = self.step
        if step is None or not step.lands_in(frame) or frame.f_lineno is None or codes.is_passing_on(frame):
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
            self._monitor.want(function.__code__, _REASON, EVENTS.PY_RETURN | step.events_of(function.__code__))
        return None

    def on_unwind(self, frame: FrameType) -> None:
        """An exception leaves a frame."""
        step = self.step
        if step is None:
            return
        if frame is step.frame or (step.frame is None and (step.lands_in(frame) or frame is step.entered)):
            self._ended(frame)
        elif frame is step.entered:
            step.entered = None

    def on_handled(self, frame: FrameType) -> None:
        """An exception is handled in a frame: if it is where the stepped frame would have returned to, its next line is the step's end."""
        step = self.step
        if step is not None and step.lands_in(frame):
            step.landing, step.resumed, step.entered = None, None, frame
            self.suspend()
            self.go_on()
