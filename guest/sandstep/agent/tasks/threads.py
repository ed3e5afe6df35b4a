"""The program's flows as DAP's threads: their numbers, their names, their coming and going."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from time import monotonic
from types import CodeType, FrameType, ModuleType

from ..conditions import describe
from ..messages import Handler, Json, NotNow, RequestError
from ..monitor import EVENTS, Monitor
from ..own import keep_builtins
from ..sources import Sources
from .asyncio_tasks import CREATE_TASK, AsyncioTasks, is_event_loop
from .effect_tasks import EffectTasks
from .flows import Flow, Flows, Pending, State, Waiting, titled
from .stacks import Stacks

keep_builtins(globals())

_REASON = "tasks"
_MOST_EVENTS = 100
"""How many tasks' coming and going is told between two stops; the list of threads, which a client asks for at each stop, tells the rest."""


class Tasks:
    """Every flow of the program, and which of them runs."""

    def __init__(self, monitor: Monitor, sources: Sources, effects: ModuleType, pending: Pending) -> None:
        self._monitor = monitor
        self.flows = Flows()
        self.asyncio = AsyncioTasks(self.flows, sources, pending)
        self.effects = EffectTasks(self.flows, effects)
        self.stacks = Stacks(self.flows, self.asyncio, self.effects, sources)
        self.asyncio.here = self.stacks.here
        self.asyncio.is_running = self.stacks.is_running
        self.asyncio.began = self.effects.began = self._began
        self.asyncio.ended = self.effects.ended = self._ended
        self.stacks.unreadable = self._say_unreadable
        self.event: Callable[[str, Json], None] = lambda name, body: None
        self.moment = 0
        """Another number whenever tasks may have come, gone, or gone on."""
        self.interrupted: FrameType | None = None
        """Where the program is that does not stand still, while it is interrupted to serve requests."""
        self._events_left = _MOST_EVENTS
        self._told_of_change = False

    def watch(self) -> None:
        """Notes who spawns tasks, from now on."""
        self._monitor.want(CREATE_TASK, _REASON, EVENTS.PY_START | EVENTS.PY_RETURN)
        self._monitor.want(self.effects.new_turn, _REASON, EVENTS.PY_RETURN)

    def starts(self, code: CodeType, frame: FrameType) -> bool:
        """A function starts. True: tell again when it does so the next time."""
        if code is CREATE_TASK:
            self.asyncio.creates(frame)
            return True
        return False

    def returns(self, code: CodeType, frame: FrameType, value: object) -> bool:
        """A function returns. True: that was for the tasks to know."""
        if code is CREATE_TASK:
            self.asyncio.created(frame, value)
            return True
        if code is self.effects.new_turn:
            self.effects.created(value)
            return True
        return False

    def _changed(self) -> None:
        """Tasks come or go: that is told once, until the client looks."""
        if not self._told_of_change:
            self._told_of_change = True
            self.event("sandstepTasksChanged", {})

    def _began(self, flow: Flow) -> None:
        self._changed()
        if self._events_left > 0 and not flow.told:
            self._events_left -= 1
            flow.told = True
            flow.began = flow.began or monotonic()
            self.event("thread", {"reason": "started", "threadId": flow.number})

    def _ended(self, flow: Flow) -> None:
        self.flows.end(flow)
        self._changed()
        if flow.told and self._events_left > 0:
            self._events_left -= 1
            self.event("thread", {"reason": "exited", "threadId": flow.number})

    # At a stop

    def stand(self, frame: FrameType | None) -> None:
        """The program stands in this frame."""
        self.stacks.stand(frame)
        self.moment += 1
        self._events_left = _MOST_EVENTS

    def _say_unreadable(self, error: Exception) -> None:
        text = f"The program's tasks cannot be read here, so that only Python's own stack is shown: {describe(error)}\n"
        self.event("output", {"category": "console", "output": text})

    def clear(self) -> None:
        self.stacks.clear()

    @property
    def current(self) -> Flow:
        """The flow in which the program stands."""
        return self.stacks.current

    def running(self, frame: FrameType | None) -> Flow:
        """The flow that a frame belongs to, while the program runs."""
        return self.stacks.here(frame)[0]

    def flow(self, number: int) -> Flow:
        """The flow of a thread id. Raises RequestError if there is none."""
        flow = self.flows.get(number)
        if flow is None:
            raise RequestError(f"There is no thread {number}.")
        return flow

    def living(self) -> Iterator[Flow]:
        """Every flow: the main program, then the tasks."""
        yield self.flows.main
        yield from self.asyncio.flows()
        yield from self.effects.flows()

    def is_living(self, flow: Flow) -> bool:
        """Whether a flow is a task that has not ended, or failed and was not asked."""
        if flow.owner == "main":
            return False
        try:
            self.stacks.runtime(flow).task(flow)
        except RequestError:
            return False
        return True

    def children(self, flow: Flow) -> list[Flow]:
        """The tasks that a flow has spawned and that have not ended."""
        return [each for each in self.by_parent().get(flow.number, []) if self.state(each) in ("running", "ready", "waiting")]

    def by_parent(self) -> dict[int, list[Flow]]:
        """The tasks that live, under the number of the flow that spawned them, or of the nearest one that lives before that."""
        main, found = self.flows.main, dict[int, list[Flow]]()
        tasks = [each for each in self.living() if each is not main]
        living = {main.number, *(each.number for each in tasks)}
        for flow in tasks:
            number = flow.parent
            if flow.owner == "effects":
                parent = self.stacks.parent(flow)
                number = main.number if parent is None else parent.number
            while number not in living:
                ended = self.flows.get(number)
                number = main.number if ended is None else ended.parent
            if number in found:
                found[number].append(flow)
            else:
                found[number] = [flow]
        return found

    @contextlib.contextmanager
    def interrupted_here(self) -> Iterator[None]:
        """Looks at a program that runs as at one that stands still: it is interrupted while a request is served."""
        self._told_of_change = False
        if self.interrupted is None:
            yield
            return
        self.stacks.stand(self.interrupted)
        try:
            yield
        finally:
            self.stacks.clear()

    def state(self, flow: Flow) -> State:
        """What a task does."""
        if self.stacks.is_running(flow):
            return self.waiting(flow).state
        return self.stacks.runtime(flow).state(flow)

    def waiting(self, flow: Flow) -> Waiting:
        """What a flow does, or waits for."""
        if flow is not self.current:
            hosted = self._hosted(flow)
            if hosted is not None:
                return hosted
            running = self.stacks.running(flow)
            loop = next((entry.frame for entry in running if is_event_loop(entry)), None) if running else None
            if loop is not None:
                return self.asyncio.waits_for_future(loop.f_locals.get("future"))
        return Waiting("running") if flow.owner == "main" else self.stacks.runtime(flow).waiting(flow)

    def prefer(self, flow: Flow | None) -> None:
        """Holds all tasks back but one; None: no longer. Raises RequestError where a scheduler cannot."""
        if flow is None or flow.owner == "effects":
            self.effects.prefer(flow)
        elif flow.owner == "asyncio" or any(True for _ in self.asyncio.flows()):
            self.asyncio.prefer(flow)
        else:
            self.effects.prefer(flow)

    def _hosted(self, flow: Flow) -> Waiting | None:
        """What the program of effects waits for that a flow runs."""
        if not self.effects.has_schedulers:
            return None
        self.stacks.find_hosts()
        return self.effects.hosted(flow)

    def check(self, arguments: Json) -> None:
        """Refuses a request about a thread that is not there."""
        thread = arguments.get("threadId")
        if thread is not None:
            self.flow(thread)

    def handlers(self) -> dict[str, Handler]:
        return {"threads": self._threads, "terminateThreads": self._terminate}

    def title(self, flow: Flow) -> str:
        """A thread's name: what tells it apart, then what it does or waits for."""
        waiting = self.waiting(flow)
        return titled(flow, waiting, waiting.text)

    def _threads(self, arguments: Json) -> Json:
        threads = []
        with self.interrupted_here():
            for flow in self.living():
                flow.told = True
                threads.append({"id": flow.number, "name": self.title(flow)})
        return {"threads": threads}

    def _terminate(self, arguments: Json) -> None:
        numbers = arguments.get("threadIds") or []
        if type(numbers) is not list or any(type(number) is not int for number in numbers):
            raise RequestError("`threadIds` must be a list of integers")
        flows = [self.flow(number) for number in numbers]
        if any(flow.owner == "main" for flow in flows):
            raise RequestError("The main program is not a task that could be cancelled: end the program instead.")
        if self.interrupted is not None and not self.effects.inspect.is_between(self.interrupted):
            raise NotNow
        for flow in flows:
            self.stacks.runtime(flow).cancel(flow)
