"""The stack of every flow of control: Python's own frames, suspended ones, dispatches, and the edges up to the main program."""

from __future__ import annotations

from collections.abc import Sequence
from types import CodeType, FrameType

from ..entries import Dispatch, Edge, Entry, Place, place_of
from ..messages import RequestError
from ..own import keep_builtins
from ..sources import Sources
from .asyncio_tasks import AsyncioTasks, is_event_loop
from .effect_tasks import EffectTasks
from .flows import Flow, Flows, Runtime

keep_builtins(globals())

_MOST_EDGES = 200


class Stacks:
    """The stacks of one stop. What runs is one Python stack, cut where one flow runs another."""

    def __init__(self, flows: Flows, asyncio: AsyncioTasks, effects: EffectTasks, sources: Sources) -> None:
        self._flows, self._asyncio, self._effects, self._sources = flows, asyncio, effects, sources
        self._running: dict[int, list[Entry]] = {}
        self._has_searched = False
        self.current: Flow = flows.main
        """The flow in which the program stands."""

    def stand(self, frame: FrameType | None) -> None:
        """The program stands in this frame."""
        self._running, self._has_searched = {}, False
        self.current = self._flows.main
        parts = self._parts(frame)
        self.current = parts[0][0]
        for flow, entries in parts:
            self._running.setdefault(flow.number, []).extend(entries)

    def left(self, places: Sequence[Place]) -> None:
        """An exception has left the flow in which the program stands: its frames are over, and were these."""
        if places:
            self._running[self.current.number] = list(places)

    def clear(self) -> None:
        self._running = {}

    def running(self, flow: Flow) -> list[Entry]:
        """What of the Python stack on which the program stands belongs to a flow."""
        return self._running.get(flow.number, [])

    def is_running(self, flow: Flow) -> bool:
        """Whether a flow runs, or runs another one that does."""
        return flow.number in self._running

    def runtime(self, flow: Flow) -> Runtime:
        """Which runtime has to say something of a task."""
        return self._effects if flow.owner == "effects" else self._asyncio

    def of(self, flow: Flow) -> list[Entry]:
        """The whole stack of a flow, innermost first, with those of its parents."""
        entries: list[Entry] = []
        seen: set[int] = set()
        child_runs = True
        while flow.number not in seen and len(seen) < _MOST_EDGES:
            seen.add(flow.number)
            own = self._own(flow, alone=not entries)
            entries += own if child_runs or (flow.owner == "main" and self._asyncio.runs_module) else _outside_of_loop(own)
            if flow.owner == "main":
                break
            entries.append(Edge(flow.number, flow.name, flow.site))
            child_runs = self.is_running(flow)
            flow = self.parent(flow) or self._flows.main
        return entries

    def parent(self, flow: Flow) -> Flow | None:
        """The flow that spawned one."""
        if flow.owner == "effects":
            self.find_hosts()
        try:
            return self.runtime(flow).parent(flow)
        except RequestError:  # it has ended: what was noted of it is left
            return self._flows.get(flow.parent)

    def _own(self, flow: Flow, *, alone: bool) -> list[Entry]:
        """`alone`: nothing that it waits for is shown above it, so that what it awaits is."""
        running = self._running.get(flow.number)
        if flow.owner == "main":
            return [*self._asyncio.of_module(), *(running or [])]
        if running is not None:
            return running
        return self._suspended(flow, alone=alone)

    def _suspended(self, flow: Flow, *, alone: bool) -> list[Entry]:
        try:
            entries = self.runtime(flow).suspended(flow)
        except RequestError:  # it has ended
            return []
        awaited = self._effects.awaited(entries[0]) if entries and alone else None
        found: list[Entry] = [place_of(frame) for frame in self._asyncio.frames(awaited)]
        for entry in entries:
            run = self._effects.runs(entry.frame) if type(entry) is Place else None
            if run is not None:
                for part in self._effects.parts(run):
                    found += part.entries
                    for scheduler in part.schedulers:
                        self._effects.host(scheduler, flow)
            found.append(entry)
        return found

    def find_hosts(self) -> None:
        """Runs that wait for something outside are in the coroutines of asyncio's tasks: looks for those, if there are any."""
        if self._has_searched or not self._effects.unhosted():
            return
        self._has_searched = True
        for flow in list(self._asyncio.flows()):
            if flow.number not in self._running:
                self._suspended(flow, alone=True)

    def _parts(self, frame: FrameType | None) -> list[tuple[Flow, list[Entry]]]:
        """The running Python stack, cut into flows."""
        parts: list[tuple[Flow, list[Entry]]] = []
        entries: list[Entry] = []
        hosted: list[object] = []

        def end(flow: Flow) -> None:
            nonlocal entries, hosted
            for scheduler in hosted:
                self._effects.host(scheduler, flow)
            parts.append((flow, entries))
            entries, hosted = [], []

        while frame is not None:
            run = self._effects.runs(frame)
            if run is not None:
                for part in self._effects.parts(run):
                    entries = _joined(entries, part.entries)
                    hosted += part.schedulers
                    if part.task is not None:
                        end(self._effects.flow(part.task))
            offered = self._effects.offered(frame)
            if offered and entries:
                entries[-1] = _handling(entries[-1], offered[0])
            entries += [place_of(frame), *offered]
            task = self._asyncio.root(frame)
            if task is not None:
                end(self._asyncio.named(task))
            frame = frame.f_back
        end(self._flows.main)
        return parts

    def here(self, frame: FrameType | None) -> tuple[Flow, tuple[CodeType, int] | None]:
        """Which flow a frame belongs to, and the user's innermost place in it: asked while the program runs, and cheap."""
        site: tuple[CodeType, int] | None = None
        while frame is not None:
            code = frame.f_code
            if site is None and self._sources.owner(code) == "user":
                site = code, frame.f_lasti
            run = self._effects.is_loop(frame)
            if run is not None:
                task = self._effects.task_of_run(run)
                if site is None:
                    site = next((place for place in self._effects.performed_at(run) if self._sources.owner(place[0]) == "user"), None)
                if task is not None:
                    return task, site
            root = self._asyncio.root(frame)
            if root is not None:
                return root, site
            frame = frame.f_back
        return self._flows.main, site


def _handling(function: Entry, dispatch: Entry) -> Entry:
    """A handler that is a plain function, called with an effect."""
    if type(function) is not Place or type(dispatch) is not Dispatch:
        return function
    return function._replace(is_handler=True, handles=dispatch.effect)


def _outside_of_loop(entries: list[Entry]) -> list[Entry]:
    """A running stack without what its event loop runs now, which has no part in a task that it does not run."""
    loop = next((index for index, entry in enumerate(entries) if is_event_loop(entry)), 0)
    return entries[loop:]


def _joined(entries: list[Entry], more: list[Entry]) -> list[Entry]:
    """Frames that run are there already, but what is known of them from the chain is not."""
    known = {id(entry.frame): index for index, entry in enumerate(entries) if type(entry) is Place}
    joined = list(entries)
    for entry in more:
        index = known.get(id(entry.frame)) if type(entry) is Place else None
        if index is None:
            joined.append(entry)
        elif type(entry) is Place and entry.is_handler:
            joined[index] = entry
    return joined
