"""The tree of tasks, for a view of its own: level by level, with those that are many and alike as one entry."""

from __future__ import annotations

from time import perf_counter
from typing import NamedTuple
from weakref import ref

from ..messages import Handler, Json, RequestError, integer, text
from ..own import keep_builtins
from ..sources import Sources
from .flows import Flow, State, titled
from .threads import Tasks

keep_builtins(globals())

_MOST_ALIKE = 20
_DIGITS = "0123456789"


class Like(NamedTuple):
    """What is alike in tasks that are shown as one entry: their name, without a number at its end, and their state."""

    name: str
    state: State

    @property
    def key(self) -> str:
        return f"{self.state} {self.name}"


class Tree:
    """Serves `sandstepTasks` and `sandstepHoldTask`. Only what is shown is named and described."""

    def __init__(self, tasks: Tasks, sources: Sources) -> None:
        self._tasks, self._sources = tasks, sources
        self._seen: tuple[int, dict[int, list[Flow]]] = -1, {}
        self._level_seen: tuple[int, int, str, list[Flow | tuple[Like, list[Flow]]]] = -1, 0, "", []

    def handlers(self) -> dict[str, Handler]:
        return {"sandstepTasks": self._show, "sandstepHoldTask": self._hold}

    def _show(self, arguments: Json) -> Json:
        start, count = integer(arguments, "start", 0), integer(arguments, "count", 0)
        with self._tasks.interrupted_here():
            children = self._children()
            shown: list[Flow | tuple[Like, list[Flow]]]
            if "parent" in arguments:
                flow = self._tasks.flow(integer(arguments, "parent"))
                shown = self._level_of(flow, text(arguments, "group", ""), children)
            else:
                shown = [self._tasks.flows.main]
            page = shown[max(0, start) : max(0, start) + count if count > 0 else None]
            now = perf_counter()
            entries = [self._task(each, children, now) if type(each) is Flow else _group(*each) for each in page]  # type: ignore[misc]
        return {"entries": entries, "total": len(shown)}

    def _children(self) -> dict[int, list[Flow]]:
        """The tasks by their parents, found once as long as nothing has moved."""
        moment = self._tasks.moment
        if self._seen[0] != moment:
            self._seen = moment, self._tasks.by_parent()
        return self._seen[1]

    def _level_of(self, flow: Flow, group: str, children: dict[int, list[Flow]]) -> list[Flow | tuple[Like, list[Flow]]]:
        """The same of what is shown last, which is paged through."""
        asked = self._tasks.moment, flow.number, group
        if self._level_seen[:3] != asked:
            self._level_seen = *asked, self._level(children.get(flow.number, []), group)
        return self._level_seen[3]

    def _level(self, flows: list[Flow], group: str) -> list[Flow | tuple[Like, list[Flow]]]:
        """The children of a task: those of a group, or all, where many that are alike are one."""
        alike: dict[tuple[str, State], list[Flow]] = {}
        state = self._tasks.state
        for flow in flows:
            key = flow.stem.rstrip(_DIGITS) or flow.stem, state(flow)
            if key in alike:
                alike[key].append(flow)
            else:
                alike[key] = [flow]
        if group:
            return next((list(members) for key, members in alike.items() if Like(*key).key == group), [])
        level: list[Flow | tuple[Like, list[Flow]]] = []
        for key, members in alike.items():
            if len(members) > _MOST_ALIKE:
                level.append((Like(*key), members))
            else:
                level += members
        return level

    def _task(self, flow: Flow, children: dict[int, list[Flow]], now: float) -> Json:
        waiting = self._tasks.waiting(flow)
        body: Json = {
            "kind": "task",
            "threadId": flow.number,
            "name": flow.name,
            "label": titled(flow, waiting, waiting.doing),
            "runtime": flow.owner,
            "state": waiting.state,
            "children": len(children.get(flow.number, ())),
            "held": flow.held,
            "breakOnResume": flow.breaks,
        }
        if waiting.state == "waiting":
            body["waitsFor"] = waiting.what
            body["seconds"] = waiting.seconds if waiting.seconds is not None else _waited(flow, waiting.upon, now)
        if flow.site is not None:
            body["spawned"] = {"source": self._sources.source(flow.site.file), "line": flow.site.line}
        return body

    def _hold(self, arguments: Json) -> None:
        flow = self._tasks.flow(integer(arguments, "threadId"))
        held = arguments.get("hold")
        if type(held) is not bool:
            raise RequestError("`hold` must be true or false")
        if flow.owner == "main":
            raise RequestError("The main program is not a task that could be held back.")
        self._tasks.stacks.runtime(flow).hold(flow, held)
        flow.held = held


def _waited(flow: Flow, upon: object, now: float) -> float:
    """For how long it has waited at least: the clock, which is dear, is not read when a wait begins, but when one is first seen."""
    if flow.waits is not None and upon is not None and flow.waits[0]() is upon:
        return now - flow.waits[1]
    try:
        flow.waits = ref(upon), now
    except TypeError:  # a future of the program's own kind
        flow.waits = None
    return 0.0


def _group(like: Like, members: list[Flow]) -> Json:
    name = like.name if len(members[0].stem) == len(like.name) else f"{like.name}…"
    return {"kind": "group", "group": like.key, "label": name, "state": like.state, "count": len(members)}
