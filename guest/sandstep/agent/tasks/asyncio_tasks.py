"""asyncio's tasks, read without changing what asyncio does: CPython's C tasks say what they wait for and who waits for them."""

from __future__ import annotations

import asyncio
import gc
import inspect
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
from ..entries import Entry, place_of
from ..exceptions import summary
from ..messages import RequestError
from ..own import keep_builtins
from ..sources import Sources
from .flows import Flow, Flows, State, Waiting, one_line

keep_builtins(globals())

CREATE_TASK = base_events.BaseEventLoop.create_task.__code__
"""The code of asyncio's function that makes a task: it tells who spawned it, and where."""

RUN_UNTIL_COMPLETE = base_events.BaseEventLoop.run_until_complete.__code__

_referents = gc.get_referents
_GATHERING = _tasks._GatheringFuture  # type: ignore[attr-defined]
_DEFAULT_NAME = "Task-"
_CANCELLED = asyncio.CancelledError
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

    def __init__(self, flows: Flows, sources: Sources) -> None:
        self._flows, self._sources = flows, sources
        self._known: dict[int, tuple[ref[Any], Flow]] = {}
        self._tasks: dict[int, ref[Any]] = {}
        self._roots: dict[int, Flow] = {}
        self._spawning: dict[int, tuple[tuple[CodeType, int] | None, int]] = {}
        self._made = 0
        self.here: Callable[[FrameType | None], tuple[Flow, tuple[CodeType, int] | None]] = lambda frame: (flows.main, None)
        """Which flow a frame belongs to, and the user's innermost place in it."""
        self.invoke: CodeType | None = None
        """The code of the coroutine that waits for a callback of the host."""
        self.began: Callable[[Flow], None] = lambda flow: None
        self.ended: Callable[[Flow], None] = flows.end

    # What is noted while the program runs

    def creates(self, frame: FrameType) -> None:
        """`create_task` begins: notes who spawns, and where."""
        coroutine = frame.f_locals.get("coro")
        flow, site = self.here(frame.f_back)
        self._spawning[id(coroutine)] = site, flow.number

    def created(self, frame: FrameType, task: object) -> None:
        """`create_task` returns a task."""
        flow = self.flow_of(task)
        self._spawning.pop(id(frame.f_locals.get("coro")), None)
        if flow is not None:
            self.began(flow)

    def flow_of(self, made: object) -> Flow | None:
        """The flow of what `create_task` has made, if that is a task."""
        return self.named(self.flow(made)) if objects.is_a(made, _CFuture) or hasattr(type(made), "get_coro") else None

    def flow(self, task: Any) -> Flow:
        """The flow of a task."""
        key = id(task)
        known = self._known.get(key)
        if known is not None and known[0]() is task:
            return known[1]
        self._made += 1
        coroutine = _coroutine(task)
        site, parent = self._spawning.get(id(coroutine), (None, self._flows.main.number))
        flow = self._flows.new("asyncio", "", self._made, parent, site)
        root = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if root is not None:
            self._roots[id(root)] = flow
        roots, root_key = self._roots, id(root)

        def gone(_: object) -> None:
            self._known.pop(key, None)
            self._tasks.pop(flow.number, None)
            self.ended(flow)
            if roots.get(root_key) is flow:
                del roots[root_key]

        reference = ref(task, gone)
        self._known[key] = reference, flow
        self._tasks[flow.number] = reference
        return flow

    # What is asked while it stands still

    def root(self, frame: FrameType) -> Flow | None:
        """The task whose first frame this is."""
        return self._roots.get(id(frame)) if frame.f_code.co_flags & _SUSPENDS else None

    def ends(self, frame: FrameType) -> Flow | None:
        """The task that is over when this frame is left."""
        if not frame.f_code.co_flags & _SUSPENDS:
            return None
        flow = self.root(frame)
        if flow is None and self.current() is not None:  # one that began before it was known
            flow = self.root(frame)
        return flow and self.named(flow)

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
            known = self._known
            for each in _all_tasks(loop):
                if id(each) not in known or known[id(each)][0]() is not each:
                    self.flow(each)
        for reference, flow in list(self._known.values()):  # in the order in which they were made
            task = reference()
            if task is not None and (not _done(task) or _untaken(task)):
                flow.stem = self._stem(task, flow)
                yield flow

    def named(self, flow: Flow) -> Flow:
        """The flow, whose name is that of its task now."""
        reference = self._tasks.get(flow.number)
        task = reference() if reference is not None else None
        if task is not None:
            flow.stem = self._stem(task, flow)
        return flow

    def _stem(self, task: Any, flow: Flow) -> str:
        """What tells a task apart: the name that it was given, else that of its coroutine's function."""
        name = _CTask.get_name(task) if type(task) is _CTask or objects.is_a(task, _CTask) else getattr(task, "_name", "")
        if type(name) is str and name and not (name.startswith(_DEFAULT_NAME) and name[len(_DEFAULT_NAME) :].isdigit()):
            return one_line(name)
        if flow.function:
            return flow.function
        first = None
        for frame in self.frames(task)[::-1]:
            first = first or frame.f_code.co_name
            if self._sources.owner(frame.f_code) == "user":
                flow.function = frame.f_code.co_name
                return flow.function
        code = getattr(_coroutine(task), "cr_code", None)
        return first or (code.co_name if code is not None else "task")

    def frames(self, task: Any) -> list[FrameType]:
        """The frames of a task that is suspended, innermost first."""
        found: list[FrameType] = []
        awaited: Any = _coroutine(task)
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
        return [place_of(frame) for frame in self.frames(self._task(flow))]

    def parent(self, flow: Flow) -> Flow | None:
        return self._flows.get(flow.parent)

    def waiters(self, flow: Flow) -> list[Flow]:
        task = self._task(flow)
        return [self.flow(each) for each in getattr(task, "_asyncio_awaited_by", None) or () if not _done(each)]

    def state(self, flow: Flow) -> State:
        task = self._task(flow)
        if _done(task):
            return "failed" if getattr(task, "_exception", None) is not None else "cancelled" if task.cancelled() else "done"
        if getattr(task, "_fut_waiter", None) is not None:
            return "waiting"
        return "running" if self.current() is flow else "ready"

    def waiting(self, flow: Flow) -> Waiting:
        task = self._task(flow)
        if _done(task):
            error = getattr(task, "_exception", None)
            if error is not None:
                return Waiting("failed", summary(error))
            return Waiting("cancelled" if task.cancelled() else "done")
        future = getattr(task, "_fut_waiter", None)
        if future is None:
            return Waiting("running" if self.current() is flow else "ready")
        frames = self.frames(task)
        on = [self.named(self.flow(each)) for each in self._completers(future, frames) if not _done(each)]
        if len(on) > 1:
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
            if code is self.invoke:
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


_task_done: Callable[[Any], bool] = _CTask.done


def _clock() -> float:
    from time import perf_counter

    return perf_counter()


def is_cancellation(error: BaseException) -> bool:
    """Whether an exception is the one that cancels a task."""
    return objects.is_a(error, _CANCELLED)


def _is_task(value: object) -> bool:
    cls = type(value)
    if cls is _CTask or cls is _CFuture:
        return cls is _CTask
    return objects.is_a(value, _CTask) or objects.is_a(value, _tasks._PyTask)  # type: ignore[attr-defined]


def _coroutine(task: Any) -> Any:
    return _CTask.get_coro(task) if type(task) is _CTask or objects.is_a(task, _CTask) else getattr(task, "_coro", None)


def _done(task: Any) -> bool:
    if type(task) is _CTask:
        return _task_done(task)
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
