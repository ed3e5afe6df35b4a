"""Stops at what happens in the tasks' runtimes: effects, tasks that come and go, calls of the host.

A happening is an event of a code object of the runtime's. It is wanted only while somebody wants to stop there: what is off costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any, Literal, NamedTuple

from . import objects
from .breakpoint import Breakpoint, Log
from .exception_text import summary
from .exceptions import Mode
from .filters import ExceptionFilter, Filter, Verdict, type_names
from .functions import Functions, Reached
from .monitor import EVENTS, Monitor
from .own import keep_builtins
from .render import Renderer
from .sources import Sources
from .tasks import Flow, Pending, Tasks
from .tasks.asyncio_tasks import CREATE_TASK, is_cancellation

keep_builtins(globals())

_REASON = "happening"
_MOST_TYPES = 500
_LIMIT, _FIELD = 120, 40
_NO_FAILURES = (GeneratorExit, SystemExit, KeyboardInterrupt)
"""What leaves a task that is thrown away, or with the program."""

type Kind = Literal["effect", "effectUnhandled", "taskSpawned", "taskFailed", "taskCancelled", "callback"]


class Happening(NamedTuple):
    """What happened: in which frame the program stands, what it is in words, and what to say of a condition.

    An `error` has left the task, whose frames are over, or (`mode` is "always") is about to be raised.
    """

    frame: FrameType
    text: str
    why: str | None = None
    breakpoints: tuple[int, ...] = ()
    error: BaseException | None = None
    mode: Mode | None = None


class Callbacks(NamedTuple):
    """What calls the host: the code of `begin` has the `name` and the `arguments` of a call; `pending` the calls that are under way."""

    begin: CodeType
    pending: Pending


FILTERS: dict[Kind, Callable[[str | None], Filter]] = {
    "effect": lambda condition: Filter(condition, ("effect",)),
    "effectUnhandled": lambda condition: Filter(condition, ("effect",)),
    "taskSpawned": lambda condition: Filter(condition, ("task",)),
    "taskFailed": ExceptionFilter,
    "taskCancelled": lambda condition: Filter(condition, ("task",)),
    "callback": lambda condition: Filter(condition, ("name", "arguments")),
}
"""How the condition of each is read. Each raises BadExpression for what makes no sense."""


class Happenings:
    """Watches for what the filters and the function breakpoints on effects and handlers name."""

    def __init__(self, monitor: Monitor, sources: Sources, tasks: Tasks, functions: Functions, callbacks: Callbacks) -> None:
        self._monitor, self._sources, self._tasks, self._functions = monitor, sources, tasks, functions
        self._callbacks = callbacks
        self._inspect: ModuleType = tasks.effects.inspect
        self._filters: dict[Kind, Filter] = {}
        self._names: dict[int, tuple[type, set[str]]] = {}
        self._starts: dict[int, Callable[[FrameType], None]] = {}
        self._returns: dict[int, Callable[[FrameType, Any], None]] = {}
        self.stop: Callable[[Happening], None] = lambda happening: None
        self.log: Log = lambda frame, text: None
        functions.effect_names = lambda: (type_names(kind) for kind in self._inspect.effect_types())

    def watch(self, filters: dict[Kind, Filter]) -> None:
        """Stops from now on as these filters say."""
        self._filters = filters
        self.refresh()

    def refresh(self) -> None:
        """Asks for the events that are wanted now, and for no others."""
        moments, filters = self._inspect.MOMENTS, self._filters
        effects, handlers = self._functions.effects, self._functions.handlers
        starts: list[tuple[CodeType, Callable[[FrameType], None], object]] = [
            (moments.performed, self._performed, "effect" in filters or effects or handlers),
            (moments.offered, self._offered, handlers),
            (moments.passed_on, self._offered, handlers),
            (moments.ended, self._effect_task_ended, filters.keys() & {"taskFailed", "taskCancelled"}),
            (moments.cancelled, self._cancelled_unbegun, "taskCancelled" in filters),
            (self._callbacks.begin, self._called, "callback" in filters),
        ]
        returns: list[tuple[CodeType, Callable[[FrameType, Any], None], object]] = [
            (moments.unhandled, self._unhandled, "effectUnhandled" in filters),
            (moments.made, self._effect_task_made, "taskSpawned" in filters),
            (CREATE_TASK, self._task_made, "taskSpawned" in filters),
        ]
        before = {*self._starts, *self._returns}
        self._starts = {id(code): told for code, told, wanted in starts if wanted}
        self._returns = {id(code): told for code, told, wanted in returns if wanted}
        self._monitor.unwant_all(_REASON)
        for code, _, wanted in starts:
            if wanted:
                self._monitor.want(code, _REASON, EVENTS.PY_START)
        for code, _, wanted in returns:
            if wanted:
                self._monitor.want(code, _REASON, EVENTS.PY_RETURN)
        leaving = filters.keys() & {"taskFailed", "taskCancelled"}
        self._monitor.everywhere(_REASON, EVENTS.PY_UNWIND if leaving else 0)
        if {*self._starts, *self._returns} - before:
            self._monitor.restart()

    # Where the events arrive

    def starts(self, code: CodeType, frame: FrameType, *, quiet: bool) -> bool:
        """A function starts. True: tell again when it does so the next time. `quiet`: it is the debugger that runs it."""
        told = self._starts.get(id(code))
        if told is None:
            return False
        if not quiet:
            told(frame)
        return True

    def returns(self, code: CodeType, frame: FrameType, value: object, *, quiet: bool) -> bool:
        """A function returns. True: that was to be known."""
        told = self._returns.get(id(code))
        if told is None:
            return False
        if not quiet:
            told(frame, value)
        return True

    def unwinds(self, frame: FrameType, error: BaseException) -> None:
        """An exception leaves a frame: perhaps the outermost one of one of asyncio's tasks, which ends so."""
        if not self._filters.keys() & {"taskFailed", "taskCancelled"} or any(objects.is_a(error, each) for each in _NO_FAILURES):
            return
        flow = self._tasks.asyncio.ends(frame)
        if flow is not None:
            self._left(frame, flow, error, cancelled=is_cancellation(error))

    # Effects

    def _performed(self, frame: FrameType) -> None:
        space = frame.f_locals
        machine, effect = space["machine"], space["effect"]
        names = self._type_names(type(effect))
        chosen = self._filters.get("effect")
        if chosen is not None and chosen.needs_frame(names) is None:
            chosen = None
        points = [each for each in self._functions.effects if each.name in names]
        if chosen is not None or points:
            self._stop_at_effect(frame, effect, chosen, points, names)
        if self._functions.handlers:
            target = self._inspect.taker(machine, effect)
            if target is not None and target.answer is not None:
                self._taken(frame, effect, target)

    def _stop_at_effect(self, frame: FrameType, effect: object, chosen: Filter | None, points: list[Breakpoint], names: set[str]) -> None:
        user = self._innermost(frame)
        if user is None:  # the runtime's own
            return
        subjects = {"effect": effect}
        verdict = chosen.takes(names, user, subjects) if chosen is not None else Verdict(False)
        hits, why = self._count(points, user, subjects)
        if hits or verdict.stops:
            self.stop(Happening(frame, f"effect {self._tasks.effects.text(effect)}", verdict.why or why, hits))

    def _count(self, points: list[Breakpoint], frame: FrameType, subjects: dict[str, Any]) -> tuple[tuple[int, ...], str | None]:
        """Which of these breakpoints stop, and what to say."""
        hits, said = [], None
        for each in points:
            self._functions.verify(each, None)
            stops, why = each.counts(frame, self.log, subjects)
            if stops:
                hits.append(each.id)
                said = why or said
        return tuple(hits), said

    def _offered(self, frame: FrameType) -> None:
        space = frame.f_locals
        self._taken(frame, space["effect"], space["target"])

    def _taken(self, frame: FrameType, effect: object, target: Any) -> None:
        """A handler gets an effect: the program's own stops at its first line, any other where the effect was performed."""
        name, function = _handler(target)
        names = {name} | (_function_names(function) if function is not None else set())
        points = [each for each in self._functions.handlers if each.name in names]
        if not points:
            return
        code = function.__code__ if function is not None else None
        for each in points:
            self._functions.verify(each, code if code is not None and self._sources.owner(code) == "user" else None)
        text = f"handler {name} takes {self._tasks.effects.text(effect)}"
        if code is not None and self._sources.is_mine(code):
            self._functions.expect(code, Reached(points, {"effect": effect}, text))
            return
        user = self._innermost(frame)
        if user is not None:
            hits, why = self._count(points, user, {"effect": effect})
            if hits:
                self.stop(Happening(frame, text, why, hits))

    def _unhandled(self, frame: FrameType, _: object) -> None:
        space = frame.f_locals
        machine, effect = space["machine"], space["effect"]
        user = self._innermost(frame) or frame
        verdict = self._filters["effectUnhandled"].takes(self._type_names(type(effect)), user, {"effect": effect})
        if verdict.stops:
            text = f"effect {self._tasks.effects.text(effect)} is unhandled"
            self.stop(Happening(frame, text, verdict.why, error=machine.error, mode="always"))

    def _type_names(self, kind: type) -> set[str]:
        known = self._names.get(id(kind))
        if known is None or known[0] is not kind:
            if len(self._names) >= _MOST_TYPES:
                self._names.clear()
            known = self._names[id(kind)] = kind, type_names(kind)
        return known[1]

    # Tasks

    def _task_made(self, frame: FrameType, task: object) -> None:
        flow = self._tasks.asyncio.flow_of(task)
        if flow is not None:
            self._stop_at_task("taskSpawned", frame, flow, "spawned")

    def _effect_task_made(self, frame: FrameType, turn: Any) -> None:
        if turn.info.parent_task is not None:
            self._stop_at_task("taskSpawned", frame, self._tasks.effects.flow(turn.info), "spawned")

    def _cancelled_unbegun(self, frame: FrameType) -> None:
        turn = frame.f_locals["turn"]
        if turn.k is None:
            self._stop_at_task("taskCancelled", frame, self._tasks.effects.flow(turn.info), "cancelled before it began")

    def _stop_at_task(self, kind: Kind, frame: FrameType, flow: Flow, what: str) -> None:
        verdict = self._filters[kind].takes({flow.stem}, self._innermost(frame) or frame, {"task": flow.stem})
        if verdict.stops:
            self.stop(Happening(frame, f"task {flow.name} {what}", verdict.why))

    def _effect_task_ended(self, frame: FrameType) -> None:
        turn, _, error = frame.f_locals["effect"].arguments
        if error is not None:
            self._left(frame, self._tasks.effects.flow(turn.info), error, cancelled=objects.is_a(error, self._inspect.TaskCancelledError))

    def _left(self, frame: FrameType, flow: Flow, error: BaseException, *, cancelled: bool) -> None:
        """An exception has left a task's own code."""
        user = self._raised_in(error) or frame
        if cancelled:
            chosen = self._filters.get("taskCancelled")
            verdict = chosen.takes({flow.stem}, user, {"task": flow.stem}) if chosen is not None else Verdict(False)
        else:
            failed = self._filters.get("taskFailed")
            verdict = failed.takes_error(error, user, task=flow.stem) if type(failed) is ExceptionFilter else Verdict(False)
        if verdict.stops:
            text = f"task {flow.name} cancelled" if cancelled else f"task {flow.name} failed: {summary(error)}"
            self.stop(Happening(frame, text, verdict.why, error=error, mode=None if cancelled else "userUnhandled"))

    def _raised_in(self, error: BaseException) -> FrameType | None:
        """The user's innermost frame that an exception has been in."""
        found, traceback = None, objects.traceback_of(error)
        while traceback is not None:
            if self._sources.is_mine(traceback.tb_frame.f_code):
                found = traceback.tb_frame
            traceback = traceback.tb_next
        return found

    # Calls of the host

    def _called(self, frame: FrameType) -> None:
        space = frame.f_locals
        name, arguments = space["name"], space["arguments"]
        user = self._innermost(frame)
        if type(name) is not str or user is None:
            return
        verdict = self._filters["callback"].takes({name}, user, {"name": name, "arguments": arguments})
        if verdict.stops:
            renderer = Renderer(_FIELD, user=lambda value: f"<{objects.qualname(type(value))}>")
            shown = ", ".join(f"{each}={renderer.text(value)}" for each, value in arguments.items())
            self.stop(Happening(frame, f"callback {name}({shown})"[:_LIMIT], verdict.why))

    def _innermost(self, frame: FrameType | None) -> FrameType | None:
        """The user's innermost frame of what runs; None in the runtime's own doings."""
        while frame is not None:
            if self._sources.is_mine(frame.f_code):
                return frame
            run = self._tasks.effects.is_loop(frame)
            if run is not None:
                found, is_whole = self._tasks.effects.innermost(run, self._sources.is_mine)
                if found is not None or not is_whole:
                    return found
            frame = frame.f_back
        return None


def _handler(target: Any) -> tuple[str, FunctionType | None]:
    """What a handler is called, and the function that it is, without asking it anything."""
    handler = target.handler
    name = objects.read(handler, "__name__")
    function = _function(target.spec.generator_function) or _function(handler) or _function(target.spec.answer)
    if type(name) is not str:
        inner = _function(handler)
        name = objects.qualname(type(handler)) if type(handler) is not partial or inner is None else inner.__name__
    return name, function


def _function(candidate: Any) -> FunctionType | None:
    """The Python function behind something that can be called."""
    while type(candidate) in (MethodType, partial):
        candidate = candidate.__func__ if type(candidate) is MethodType else candidate.func
    if candidate is None or type(candidate) is FunctionType:
        return candidate
    called = objects.in_class(type(candidate), "__call__")
    return called if type(called) is FunctionType else None


def _function_names(function: FunctionType) -> set[str]:
    code = function.__code__
    names = {code.co_name, code.co_qualname, code.co_qualname.replace("<locals>.", "")}
    module = function.__globals__.get("__name__")
    return names | {f"{module}.{name}" for name in names} if type(module) is str else names
