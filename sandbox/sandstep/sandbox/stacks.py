"""Which functions are active at each event of a trace, task by task."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from .trace_events import TraceEvent

_OPENS, _CLOSES = frozenset(("call", "resume")), frozenset(("return", "yield"))


class Place(NamedTuple):
    """A function, by its file and name."""

    file: str
    function: str


class Step(NamedTuple):
    """A function begins or resumes ("open"), or returns or pauses ("close")."""

    what: Literal["open", "close"]
    task: int
    place: Place
    time: int
    line: int


class Stacks:
    """Follows a trace. A function that was active before the trace began is not known, so its end is passed over."""

    def __init__(self) -> None:
        self.of_task: dict[int, list[Place]] = {}
        self.names: dict[int, str] = {0: "main"}
        self._last = 0

    def follow(self, events: Iterable[TraceEvent]) -> Iterator[tuple[TraceEvent, Step | None]]:
        """Each event with what it opens or closes. At the time that an event is given, `of_task` is as it was before."""
        for event in events:
            self._last = event.time
            yield event, self._step(event)

    def _step(self, event: TraceEvent) -> Step | None:
        if event.type == "task_start" and event.detail is not None:
            self.names[int(event.detail["task"])] = str(event.detail["name"])
        if event.type not in _OPENS and event.type not in _CLOSES:
            return None
        stack, place = self.of_task.setdefault(event.task, []), Place(event.file, event.function)
        if event.type in _OPENS:
            stack.append(place)
            return Step("open", event.task, place, event.time, event.line)
        if not stack or stack[-1] != place:
            return None
        stack.pop()
        return Step("close", event.task, place, event.time, event.line)

    def finish(self) -> Iterator[Step]:
        """Closes what is still open: the program ended inside of it."""
        for task, stack in self.of_task.items():
            while stack:
                yield Step("close", task, stack.pop(), self._last, 0)
