"""asyncio's tasks, read without changing what asyncio does: CPython's C tasks say what they wait for and who waits for them."""

from __future__ import annotations

import asyncio
import inspect
import os
from _asyncio import all_tasks as _all_tasks
from _asyncio import current_task as _current_task
from asyncio import base_events
from asyncio import tasks as _tasks
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter
from types import CodeType, CoroutineType, FrameType
from typing import Any, TypeGuard
from weakref import ref

from .. import objects
from ..entries import Entry, Place, place_of, places_of_traceback
from ..exception_text import summary
from ..messages import RequestError
from ..own import keep_builtins
from ..sources import Sources
from .bindings import Bindings
from .coroutines import chain_of, code_of, frame_of, frames_of, running_frames_of
from .flows import Call, Flow, Flows, Pending, State, Waiting, one_line
from .futures import (
    awaiting,
    can_be_listed,
    completers,
    coroutine_of,
    failure,
    given_name,
    is_cancelled,
    is_done,
    is_task,
    is_untaken,
    waits_on,
)

keep_builtins(globals())

CREATE_TASK = base_events.BaseEventLoop.create_task.__code__
"""The code of asyncio's function that makes a task: it tells who spawned it, and where."""

RUN_UNTIL_COMPLETE = base_events.BaseEventLoop.run_until_complete.__code__

_DEFAULT_NAME = "Task-"
_MOST_SPAWNING = 100
_CANCELLED = asyncio.CancelledError
_ASYNCIO = os.path.dirname(CREATE_TASK.co_filename) + "/"
_RUNNING_LOOP = asyncio._get_running_loop
_SLEEP, _WAIT, _GROUP_EXIT = asyncio.sleep.__code__, _tasks._wait.__code__, asyncio.TaskGroup.__aexit__.__code__  # type: ignore[attr-defined]
_NEXT_COMPLETED = _tasks._AsCompletedIterator._wait_for_one.__code__  # type: ignore[attr-defined]


class AsyncioTasks:
    """Answers for asyncio."""

    def __init__(self, flows: Flows, sources: Sources, pending: Pending) -> None:
        self._flows, self._sources, self._pending = flows, sources, pending
        self._calls: dict[int, Call] = {}
        self._bindings = Bindings()
        self._coroutines: dict[int, Flow] = {}
        self._spawning: dict[int, Flow] = {}
        self._of_library: set[int] = set()
        self._made = 0
        self._module: Callable[[], Any] = lambda: None
        """The task that runs the main program's own code, which may await at its top."""
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
        if _is_module(coroutine):
            return
        parent, site = self.here(frame.f_back)
        flow = self._new(coroutine, parent.number, site)
        if not flow.stem and not self._is_asked_for(frame.f_back):
            self._of_library.add(flow.number)
        if len(self._spawning) >= _MOST_SPAWNING:
            self._spawning.clear()  # those that asyncio refused
        self._spawning[id(coroutine)] = flow

    def created(self, frame: FrameType, task: object) -> None:
        """`create_task` returns a task."""
        flow = self._spawning.pop(id(frame.f_locals.get("coro")), None)
        if flow is not None and is_task(task):
            self._note(task, flow)
            if self._is_shown(task, flow):
                self._name(task, flow)
                self.began(flow)
        elif flow is not None:
            self.ended(flow)
        elif is_task(task):
            self.flow(task)

    def _new(self, coroutine: object, parent: int, site: tuple[CodeType, int] | None) -> Flow:
        flow = self._flows.new("asyncio", "", 0, parent, site)
        self._coroutines[id(coroutine)] = flow
        frame: FrameType | None = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if type(frame) is FrameType:
            flow.root = id(frame), frame.f_code
            if self._sources.owner(frame.f_code) == "user":
                flow.stem = frame.f_code.co_name
        return flow

    def _note(self, task: Any, flow: Flow) -> None:
        """This task is that flow, for as long as it lives."""
        coroutine = id(coroutine_of(task))

        def gone(flow: Flow) -> None:
            self._of_library.discard(flow.number)
            if self._coroutines.get(coroutine) is flow:
                del self._coroutines[coroutine]
            self.ended(flow)

        self._bindings.bind(task, flow, gone)

    def _is_asked_for(self, frame: FrameType | None) -> bool:
        """Whether it is the user's code that asks asyncio for a task, and not that of another library."""
        owner, closes = self._sources.owner, False
        while frame is not None and (frame.f_code.co_filename.startswith(_ASYNCIO) or owner(frame.f_code) == "hidden"):
            if closes:
                return False  # asyncio runs a loop for itself, as it does to close it
            closes = frame.f_code is RUN_UNTIL_COMPLETE
            frame = frame.f_back
        return frame is not None and self._sources.owner(frame.f_code) == "user"

    def flow(self, task: Any) -> Flow:
        """The flow of a task."""
        known = self._bindings.flow(task)
        if known is not None:
            return known
        coroutine = coroutine_of(task)
        if _is_module(coroutine):
            self._module = ref(task)
            return self._flows.main
        flow = self._spawning.get(id(coroutine)) or self._new(coroutine, self._flows.main.number, None)
        self._note(task, flow)
        return flow

    def flow_of(self, made: object) -> Flow | None:
        """The flow of what `create_task` has made, if that is a task."""
        flow = self.flow(made) if is_task(made) else None
        return self.named(flow) if flow is not None and self._is_shown(made, flow) else None

    # What is asked while it stands still

    def root(self, frame: FrameType) -> Flow | None:
        """The task whose first frame this is."""
        if not frame.f_code.co_flags & _SUSPENDS or not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return None
        coroutine = frame.f_generator
        flow = self._coroutines.get(id(coroutine))
        if flow is None:
            return self._current(coroutine)
        if self._spawning.get(id(coroutine)) is flow:
            return self._current(coroutine) or flow
        task = self._bindings.find(flow)
        return flow if task is not None and coroutine_of(task) is coroutine else None

    def ends(self, frame: FrameType) -> Flow | None:
        """The task that is over when this frame is left."""
        flow = self.root(frame)
        return flow and self.named(flow)

    def current(self) -> Flow | None:
        """The task that runs now."""
        task = _running_task()
        return self.flow(task) if task is not None else None

    def _current(self, coroutine: object) -> Flow | None:
        """The task that runs now, if it is that of a coroutine: nobody noted how it was made."""
        task = _running_task()
        return self.flow(task) if task is not None and coroutine_of(task) is coroutine else None

    def flows(self) -> Iterator[Flow]:
        loop = _RUNNING_LOOP()
        if loop is not None and can_be_listed():
            for each in _all_tasks(loop):
                self.flow(each)
        for task, flow in self._bindings.living():
            if (not is_done(task) or is_untaken(task)) and self._is_shown(task, flow):
                self._name(task, flow)
                yield flow

    def _is_shown(self, task: Any, flow: Flow) -> bool:
        """A task that a library has for itself, in which nothing of the user's runs, is its own affair."""
        if flow.number not in self._of_library or not self._sources.just_my_code:
            return True
        return any(self._sources.owner(code) == "user" for code in self._codes(task))

    def named(self, flow: Flow) -> Flow:
        """The flow, whose name is that of its task now. A task has its number from when it is first shown."""
        self._name(self._bindings.find(flow), flow)
        return flow

    def _name(self, task: Any, flow: Flow) -> None:
        """What tells a task apart: the name that it was given, else that of its coroutine's function; and its number."""
        if not flow.ordinal:
            self._made += 1
            flow.ordinal = self._made
        if task is None:
            return
        given = given_name(task)
        if given and not (given.startswith(_DEFAULT_NAME) and given[len(_DEFAULT_NAME) :].isdigit()):
            flow.stem = one_line(given)
        elif not flow.stem:
            codes = self._codes(task)
            chosen = next((code for code in codes if self._sources.owner(code) == "user"), codes[0] if codes else None)
            flow.stem = chosen.co_name if chosen is not None else "task"

    def _codes(self, task: Any) -> list[CodeType]:
        """The codes that a task consists of, the outermost first; of one that has not begun, with that of what it was given to await."""
        coroutine = coroutine_of(task)
        codes = [frame.f_code for frame in reversed(frames_of(coroutine))]
        if getattr(coroutine, "cr_running", False):
            codes += [frame.f_code for frame in running_frames_of(coroutine)]
        frame = getattr(coroutine, "cr_frame", None)
        if len(codes) == 1 and frame is not None:
            codes += [each.cr_code for each in frame.f_locals.values() if type(each) is CoroutineType]
        return codes

    def suspended(self, flow: Flow) -> list[Entry]:
        task = self._bindings.task(flow)
        error = failure(task)
        if error is not None:
            return list(places_of_traceback(objects.traceback_of(error)))
        return [place_of(frame) for frame in frames_of(coroutine_of(task))]

    def parent(self, flow: Flow) -> Flow | None:
        return self._flows.get(flow.parent)

    def waiters(self, flow: Flow) -> list[Flow]:
        task = self._bindings.task(flow)
        return [self.flow(each) for each in awaiting(task) if not is_done(each)]

    def state(self, flow: Flow) -> State:
        task = self._bindings.task(flow)
        if is_done(task):
            return "failed" if failure(task) is not None else "cancelled" if is_cancelled(task) else "done"
        future = waits_on(task)
        if future is not None and not is_done(future):
            return "waiting"
        return "running" if self.current() is flow else "ready"

    @property
    def runs_module(self) -> bool:
        """Whether the event loop runs the main program's own code."""
        task = self._module()
        return task is not None and not is_done(task)

    def of_module(self) -> list[Entry]:
        """The main program's own frames, where its code awaits at its top and does not run now."""
        task = self._module()
        coroutine = coroutine_of(task) if task is not None else None
        return [] if getattr(coroutine, "cr_running", True) else [place_of(frame) for frame in frames_of(coroutine)]

    def waiting(self, flow: Flow) -> Waiting:
        return self._waiting(self._bindings.task(flow), flow)

    def _waiting(self, task: Any, flow: Flow) -> Waiting:
        if is_done(task):
            error = failure(task)
            if error is not None:
                return Waiting("failed", summary(error))
            return Waiting("cancelled" if is_cancelled(task) else "done")
        if flow.owner != "main" and self.is_running(flow):
            return Waiting("running")
        future = waits_on(task)
        if future is None or is_done(future):
            return Waiting("running" if self.current() is flow else "ready")
        chain = chain_of(coroutine_of(task))
        completing = self._completers(future, chain)
        on = [self.named(self.flow(each)) for each in completing if not is_done(each)]
        if completing and not on:
            return Waiting("ready")
        on.sort(key=lambda each: each.ordinal)
        words, seconds = self._words(future, chain)
        return Waiting("waiting", words, tuple(on), seconds, future)

    def waits_for_future(self, future: Any) -> Waiting:
        """What the event loop runs for."""
        if future is not None and future is self._module():
            return self._waiting(future, self._flows.main)
        return Waiting("waiting", "a future", (self.named(self.flow(future)),) if is_task(future) else (), upon=future)

    def _completers(self, future: Any, chain: list[Any]) -> list[Any]:
        """The tasks that will complete what is awaited, where that can be told."""
        for link in chain:
            code = code_of(link)
            if code is _GROUP_EXIT or code is _WAIT or code is _NEXT_COMPLETED:
                return [each for each in _awaited_tasks(link, code) if is_task(each)]
        return completers(future)

    def _words(self, future: Any, chain: list[Any]) -> tuple[str, float | None]:
        """What is awaited, by the outermost function that is not the user's below the user's innermost; and for how many seconds.

        Methods that Python calls for `async with` and `await` say less than those that they call.
        """
        called: Any = None
        owner_of = self._sources.owner
        for link in chain:
            code = code_of(link)
            owner = owner_of(code)
            call = self._call(future) if owner == "hidden" else None
            if call is not None:
                return f"callback {call.name}", max(0.0, perf_counter() - call.began)
            if owner == "user":
                break
            if called is None or not code.co_name.startswith("__"):
                called = link
        if called is None:
            return "a future", None
        code = code_of(called)
        if code is _SLEEP:
            return f"sleep {_locals(called).get('delay')} s", None
        return code.co_qualname, None

    def _call(self, future: Any) -> Call | None:
        """The call of a callback whose answer this future will be."""
        if id(future) not in self._calls:
            self._calls = {id(call.future): call for call in self._pending()}
        found = self._calls.get(id(future))
        return found if found is not None and found.future is future else None

    def task(self, flow: Flow) -> object:
        return self._bindings.task(flow)

    def has_ended(self, flow: Flow) -> bool:
        task = self._bindings.find(flow)
        return task is None or is_done(task)

    def cancel(self, flow: Flow) -> None:
        if not self._bindings.task(flow).cancel():
            raise RequestError(f"{flow.name} has ended.")

    def hold(self, flow: Flow, held: bool) -> None:
        raise RequestError("asyncio runs its tasks in an order of its own: none can be held back.")

    def prefer(self, flow: Flow | None) -> None:
        if flow is not None:
            raise RequestError("asyncio runs its tasks in an order of its own: none can be held back. Step without `singleThread`.")


_SUSPENDS = inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE | inspect.CO_GENERATOR


def _running_task() -> Any:
    return None if _RUNNING_LOOP() is None else _current_task()


def _locals(link: Any) -> Mapping[str, Any]:
    frame = frame_of(link)
    return {} if frame is None else frame.f_locals


def _awaited_tasks(link: Any, code: CodeType) -> Iterable[Any]:
    """The tasks that one of asyncio's own coroutines waits for."""
    space = _locals(link)
    if code is _WAIT:
        return space.get("fs", ())  # type: ignore[no-any-return]
    owner = space["self"]
    return owner._tasks if code is _GROUP_EXIT else owner._todo  # type: ignore[no-any-return]


def _is_module(coroutine: object) -> bool:
    """Whether a coroutine is a module's own code."""
    return type(coroutine) is CoroutineType and not coroutine.cr_code.co_flags & inspect.CO_OPTIMIZED


def is_event_loop(entry: Entry) -> TypeGuard[Place]:
    """Whether an entry of a running stack is an event loop that runs tasks."""
    return type(entry) is Place and entry.frame.f_code is RUN_UNTIL_COMPLETE


def is_cancellation(error: BaseException) -> bool:
    """Whether an exception is the one that cancels a task."""
    return objects.is_a(error, _CANCELLED)
