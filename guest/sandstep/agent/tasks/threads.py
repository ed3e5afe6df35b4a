"""The program's flows as DAP's threads: their numbers, their names, their coming and going."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from types import CodeType, FrameType, ModuleType

from ..entries import Entry, Place
from ..messages import Handler, Json, RequestError
from ..monitor import EVENTS, Monitor
from ..own import keep_builtins
from ..sources import Sources
from .asyncio_tasks import CREATE_TASK, RUN_UNTIL_COMPLETE, AsyncioTasks
from .effect_tasks import EffectTasks
from .flows import Flow, Flows, Waiting
from .stacks import Stacks

keep_builtins(globals())

_REASON = "tasks"
_MOST_EVENTS = 100
"""How many tasks' coming and going is told between two stops; the list of threads, which a client asks for at each stop, tells the rest."""


class Tasks:
    """Every flow of the program, and which of them runs."""

    def __init__(self, monitor: Monitor, sources: Sources, effects: ModuleType, invoke: CodeType) -> None:
        self._monitor, self._sources = monitor, sources
        self.flows = Flows()
        self.asyncio = AsyncioTasks(self.flows, sources, invoke)
        self.effects = EffectTasks(self.flows, effects)
        self.stacks = Stacks(self.flows, self.asyncio, self.effects, sources)
        self.asyncio.here = self.effects.here = self.stacks.here
        self.asyncio.is_running = self.stacks.is_running
        self.asyncio.began = self.effects.began = self._began
        self.asyncio.ended = self.effects.ended = self._ended
        self.event: Callable[[str, Json], None] = lambda name, body: None
        self._events_left = _MOST_EVENTS

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

    def _began(self, flow: Flow) -> None:
        if self._events_left > 0:
            self._events_left -= 1
            flow.told = True
            flow.began = flow.began or monotonic()
            self.event("thread", {"reason": "started", "threadId": flow.number})

    def _ended(self, flow: Flow) -> None:
        self.flows.end(flow)
        if flow.told and self._events_left > 0:
            self._events_left -= 1
            self.event("thread", {"reason": "exited", "threadId": flow.number})

    # At a stop

    def stand(self, frame: FrameType | None) -> None:
        """The program stands in this frame."""
        self.stacks.stand(frame)
        self._events_left = _MOST_EVENTS

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
        """The flows that a flow has spawned and that have not ended."""
        self.stacks.find_hosts()
        return [*self.asyncio.children(flow), *self.effects.children(flow)]

    def waiting(self, flow: Flow) -> Waiting:
        """What a flow does, or waits for."""
        self.stacks.find_hosts()
        hosted = None if flow is self.current else self.effects.hosted(flow)
        if hosted is not None:
            return hosted
        if flow.owner != "main":
            return self.stacks.runtime(flow).waiting(flow)
        for entry in self.stacks.running(flow):
            if type(entry) is Place and entry.frame.f_code is RUN_UNTIL_COMPLETE and self.current is not flow:
                return self.asyncio.waits_for_future(entry.frame.f_locals.get("future"))
        return Waiting("running")

    def stack(self, number: int) -> list[Entry]:
        """The whole stack of a thread, innermost first."""
        return self.stacks.of(self.flow(number))

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
        return flow.name if flow.owner == "main" and waiting.state == "running" else f"{flow.name} · {waiting.text}"

    def _threads(self, arguments: Json) -> Json:
        threads = []
        for flow in self.living():
            flow.told = True
            threads.append({"id": flow.number, "name": self.title(flow)})
        return {"threads": threads}

    def _terminate(self, arguments: Json) -> None:
        for number in arguments.get("threadIds") or ():
            flow = self.flow(number)
            if flow.owner == "main":
                raise RequestError("The main program is not a task that could be cancelled: end the program instead.")
            self.stacks.runtime(flow).cancel(flow)
