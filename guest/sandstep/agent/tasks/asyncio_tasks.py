"""asyncio's tasks, read without changing what asyncio does: CPython's C tasks say what they wait for and who waits for them."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import sys
from _asyncio import Future as _CFuture
from _asyncio import Task as _CTask
from _asyncio import all_tasks as _all_tasks
from _asyncio import current_task as _current_task
from asyncio import base_events
from asyncio import tasks as _tasks
from collections.abc import Callable, Iterator
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, FunctionType, GeneratorType
from typing import Any
from weakref import ref

from .. import objects
from ..entries import Entry, place_of, places_of_traceback
from ..exception_text import summary
from ..messages import RequestError
from ..own import keep_builtins
from ..sources import Sources
from .flows import Flow, Flows, Waiting

keep_builtins(globals())

CREATE_TASK = base_events.BaseEventLoop.create_task.__code__
"""The code of asyncio's function that makes a task: it tells who spawned it, and where."""

RUN_UNTIL_COMPLETE = base_events.BaseEventLoop.run_until_complete.__code__

_referents = gc.get_referents
_GATHERING = _tasks._GatheringFuture  # type: ignore[attr-defined]
_DEFAULT_NAME = "Task-"
_MOST_NAME, _MOST_SPAWNING = 60, 100
_ASYNCIO = os.path.dirname(asyncio.__file__) + "/"
_RUNNING_LOOP = asyncio._get_running_loop
_SLEEP, _WAIT, _GROUP_EXIT = asyncio.sleep.__code__, _tasks._wait.__code__, asyncio.TaskGroup.__aexit__.__code__  # type: ignore[attr-defined]


async def _agen() -> Any:
    yield


def _wrappers() -> frozenset[type]:
    """C's awaitables that stand between a frame and the one that it awaits, and say only to the collector which that is."""
    generator, coroutine = _agen(), _agen().asend(None)
    found = {type(coroutine), type(generator.athrow(ValueError)), type(anext(generator, None))}
    coroutine.close()

    async def nothing() -> None:
        return

    made = nothing()
    found.add(type(made.__await__()))
    made.close()
    return frozenset(found)


_WRAPPERS = _wrappers()


class AsyncioTasks:
    """Answers for asyncio."""

    def __init__(self, flows: Flows, sources: Sources, invoke: CodeType) -> None:
        self._flows, self._sources, self._invoke = flows, sources, invoke
        self._known: dict[int, tuple[ref[Any], Flow]] = {}
        self._tasks: dict[int, ref[Any]] = {}
        self._coroutines: dict[int, Flow] = {}
        self._spawning: dict[int, Flow] = {}
        self._of_library: set[int] = set()
        self._made = 0
        self.here: Callable[[FrameType | None], tuple[Flow, tuple[CodeType, int] | None]] = lambda frame: (flows.main, None)
        """Which flow a frame belongs to, and the user's innermost place in it."""
        self.is_running: Callable[[Flow], bool] = lambda flow: False
        """Whether a flow runs, or runs another one that does."""
        self.began: Callable[[Flow], None] = lambda flow: None
        self.ended: Callable[[Flow], None] = flows.end

    # What is noted while the program runs

    def creates(self, frame: FrameType) -> None:
        """`create_task` begins: notes who spawns, and where. An eager task runs before there is a task object."""
        coroutine = frame.f_locals.get("coro")
        parent, site = self.here(frame.f_back)
        flow = self._new(coroutine, parent.number, site)
        if not self._is_asked_for(frame.f_back):
            self._of_library.add(flow.number)
        if len(self._spawning) >= _MOST_SPAWNING:
            self._spawning.clear()  # those that asyncio refused
        self._spawning[id(coroutine)] = flow

    def created(self, frame: FrameType, task: object) -> None:
        """`create_task` returns a task."""
        flow = self._spawning.pop(id(frame.f_locals.get("coro")), None)
        if flow is not None and _is_task(task):
            self._note(task, flow)
            self._name(task, flow)
            self.began(flow)
        elif flow is not None:
            self.ended(flow)

    def _new(self, coroutine: object, parent: int, site: tuple[CodeType, int] | None) -> Flow:
        self._made += 1
        flow = self._flows.new("asyncio", "", self._made, parent, site)
        self._coroutines[id(coroutine)] = flow
        frame: FrameType | None = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if type(frame) is FrameType:
            flow.root = id(frame), frame.f_code
            if self._sources.owner(frame.f_code) == "user":
                flow.stem = frame.f_code.co_name
        return flow

    def _note(self, task: Any, flow: Flow) -> None:
        """This task is that flow, for as long as it lives."""
        key, coroutine = id(task), id(_coroutine(task))

        def gone(_: object) -> None:
            self._known.pop(key, None)
            self._tasks.pop(flow.number, None)
            self._of_library.discard(flow.number)
            if self._coroutines.get(coroutine) is flow:
                del self._coroutines[coroutine]
            self.ended(flow)

        reference = ref(task, gone)
        self._known[key] = reference, flow
        self._tasks[flow.number] = reference

    def _is_asked_for(self, frame: FrameType | None) -> bool:
        """Whether it is the user's code that asks asyncio for a task, and not that of another library."""
        while frame is not None and frame.f_code.co_filename.startswith(_ASYNCIO):
            frame = frame.f_back
        return frame is not None and self._sources.owner(frame.f_code) == "user"

    def flow(self, task: Any) -> Flow:
        """The flow of a task."""
        known = self._known.get(id(task))
        if known is not None and known[0]() is task:
            return known[1]
        coroutine = _coroutine(task)
        flow = self._spawning.get(id(coroutine)) or self._new(coroutine, self._flows.main.number, None)
        self._note(task, flow)
        return flow

    # What is asked while it stands still

    def root(self, frame: FrameType) -> Flow | None:
        """The task whose first frame this is."""
        if not frame.f_code.co_flags & _SUSPENDS:
            return None
        coroutine = frame.f_generator
        flow = self._coroutines.get(id(coroutine))
        if flow is None or self._spawning.get(id(coroutine)) is flow:
            return flow
        reference = self._tasks.get(flow.number)
        task = reference() if reference is not None else None
        return flow if task is not None and _coroutine(task) is coroutine else None

    def current(self) -> Flow | None:
        """The task that runs now."""
        try:
            task: Any = _current_task()
        except RuntimeError:  # no event loop runs
            return None
        return self.flow(task) if task is not None else None

    def _task(self, flow: Flow) -> Any:
        """The task of a flow. Raises RequestError if it is gone."""
        reference = self._tasks.get(flow.number)
        task = reference() if reference is not None else None
        if task is None:
            raise RequestError(f"{flow.name} has ended.")
        return task

    def flows(self) -> Iterator[Flow]:
        loop = _RUNNING_LOOP()
        if loop is not None:
            for each in _all_tasks(loop):
                self.flow(each)
        for reference, flow in sorted(self._known.values(), key=lambda each: each[1].number):
            task = reference()
            if task is not None and (not _done(task) or _untaken(task)) and self._is_shown(task, flow):
                self._name(task, flow)
                yield flow

    def _is_shown(self, task: Any, flow: Flow) -> bool:
        """A task that a library has for itself, in which nothing of the user's runs, is its own affair."""
        if flow.number not in self._of_library or not self._sources.just_my_code:
            return True
        return any(self._sources.owner(code) == "user" for code in self._codes(task))

    def named(self, flow: Flow) -> Flow:
        """The flow, whose name is that of its task now."""
        reference = self._tasks.get(flow.number)
        task = reference() if reference is not None else None
        if task is not None:
            self._name(task, flow)
        return flow

    def _name(self, task: Any, flow: Flow) -> None:
        """What tells a task apart: the name that it was given, else that of its coroutine's function."""
        given = _CTask.get_name(task) if objects.is_a(task, _CTask) else getattr(task, "_name", "")
        if isinstance(given, str) and given and not (given.startswith(_DEFAULT_NAME) and given[len(_DEFAULT_NAME) :].isdigit()):
            flow.stem = str.__str__(given)[:_MOST_NAME].replace("\n", " ")
        elif not flow.stem:
            codes = self._codes(task)
            chosen = next((code for code in codes if self._sources.owner(code) == "user"), codes[0] if codes else None)
            flow.stem = chosen.co_name if chosen is not None else "task"

    def _codes(self, task: Any) -> list[CodeType]:
        """The codes that a task consists of, the outermost first; of one that has not begun, with that of what it was given to await."""
        coroutine = _coroutine(task)
        codes = [frame.f_code for frame in reversed(self.frames(coroutine))]
        if getattr(coroutine, "cr_running", False):
            codes += [frame.f_code for frame in self.stack_of(coroutine)]
        frame = getattr(coroutine, "cr_frame", None)
        if len(codes) == 1 and frame is not None:
            codes += [each.cr_code for each in frame.f_locals.values() if type(each) is CoroutineType]
        return codes

    def stack_of(self, coroutine: Any) -> list[FrameType]:
        """The frames of a coroutine that runs, outermost first."""
        found: list[FrameType] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            found.append(frame)
            if frame.f_generator is coroutine:
                return found[::-1]
            frame = frame.f_back
        return []

    def frames(self, awaited: Any) -> list[FrameType]:
        """The frames of a coroutine that is suspended, innermost first."""
        found: list[FrameType] = []
        while awaited is not None:
            kind = type(awaited)
            if kind is CoroutineType:
                frame, awaited = awaited.cr_frame, awaited.cr_await
            elif kind is GeneratorType:
                frame, awaited = awaited.gi_frame, awaited.gi_yieldfrom
            elif kind is AsyncGeneratorType:
                frame, awaited = awaited.ag_frame, awaited.ag_await
            elif kind in _WRAPPERS:
                frame, awaited = (
                    None,
                    next((each for each in _referents(awaited) if type(each) in _FRAMED), None),
                )
            else:
                break
            if frame is not None:
                found.append(frame)
        return found[::-1]

    def suspended(self, flow: Flow) -> list[Entry]:
        task = self._task(flow)
        error = getattr(task, "_exception", None)
        if error is not None:
            return list(places_of_traceback(error.__traceback__))
        return [place_of(frame) for frame in self.frames(_coroutine(task))]

    def parent(self, flow: Flow) -> Flow | None:
        return self._flows.get(flow.parent)

    def children(self, flow: Flow) -> list[Flow]:
        known = [(reference(), each) for reference, each in self._known.values() if each.parent == flow.number]
        return [self.named(each) for task, each in known if task is not None and not _done(task)]

    def waiters(self, flow: Flow) -> list[Flow]:
        task = self._task(flow)
        return [self.flow(each) for each in getattr(task, "_asyncio_awaited_by", None) or () if not _done(each)]

    def waiting(self, flow: Flow) -> Waiting:
        task = self._task(flow)
        if _done(task):
            error = getattr(task, "_exception", None)
            if error is not None:
                return Waiting("failed", summary(error))
            return Waiting("cancelled" if task.cancelled() else "done")
        if self.current() is flow or self.is_running(flow):
            return Waiting("running")
        future = getattr(task, "_fut_waiter", None)
        if future is None:
            return Waiting("ready")
        frames = self.frames(_coroutine(task))
        on = [self.named(self.flow(each)) for each in self._completers(future, frames) if not _done(each)]
        on.sort(key=lambda each: each.ordinal)
        words, seconds = self._words(frames)
        return Waiting("waiting", words, tuple(on), seconds)

    def waits_for_future(self, future: Any) -> Waiting:
        """What the event loop runs for."""
        return Waiting("waiting", "a future", (self.named(self.flow(future)),) if _is_task(future) else ())

    def _completers(self, future: Any, frames: list[FrameType]) -> list[Any]:
        """The tasks that will complete what is awaited, where that can be told."""
        if _is_task(future):
            return [future]
        if type(future) is _GATHERING:
            return [each for each in future._children if _is_task(each)]
        for frame in frames:
            if frame.f_code is _GROUP_EXIT:
                return [each for each in frame.f_locals["self"]._tasks if _is_task(each)]
            if frame.f_code is _WAIT:
                return [each for each in frame.f_locals.get("fs", ()) if _is_task(each)]
        return [each for function in _callbacks(future) for each in _closed_over(function) if _is_task(each)]

    def _words(self, frames: list[FrameType]) -> tuple[str, float | None]:
        """What is awaited, by the outermost function that is not the user's below the user's innermost; and for how many seconds."""
        called: FrameType | None = None
        for frame in frames:
            code = frame.f_code
            if code is self._invoke:
                began = frame.f_locals.get("began")
                now = None if type(began) is not float else max(0.0, _clock() - began)
                return f"callback {frame.f_locals.get('name')}", now
            if self._sources.owner(code) == "user":
                break
            called = frame
        if called is None:
            return "a future", None
        if called.f_code is _SLEEP:
            return f"sleep {called.f_locals.get('delay')} s", None
        return called.f_code.co_qualname, None

    def task(self, flow: Flow) -> object:
        return self._task(flow)

    def cancel(self, flow: Flow) -> None:
        if not self._task(flow).cancel():
            raise RequestError(f"{flow.name} has ended.")

    def hold(self, flow: Flow, held: bool) -> None:
        raise RequestError("asyncio runs its tasks in an order of its own: none can be held back.")

    def prefer(self, flow: Flow | None) -> None:
        if flow is not None:
            raise RequestError("asyncio runs its tasks in an order of its own: none can be held back. Step without `singleThread`.")


_FRAMED = _WRAPPERS | {CoroutineType, GeneratorType, AsyncGeneratorType}
_SUSPENDS = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE | inspect.CO_GENERATOR


def _clock() -> float:
    from time import perf_counter

    return perf_counter()


def _is_task(value: object) -> bool:
    return objects.is_a(value, _CTask) or objects.is_a(value, _tasks._PyTask)  # type: ignore[attr-defined]


def _coroutine(task: Any) -> Any:
    return _CTask.get_coro(task) if objects.is_a(task, _CTask) else getattr(task, "_coro", None)


def _done(task: Any) -> bool:
    return bool(_CFuture.done(task)) if objects.is_a(task, _CFuture) else bool(getattr(task, "_state", "") != "PENDING")


def _untaken(task: Any) -> bool:
    """Whether a task has failed and nobody has asked for its outcome."""
    return bool(getattr(task, "_log_traceback", False))


def _callbacks(future: Any) -> list[Any]:
    return [each[0] for each in getattr(future, "_callbacks", None) or () if type(each[0]) is FunctionType]


def _closed_over(function: Any) -> list[Any]:
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:
            pass
    return found
