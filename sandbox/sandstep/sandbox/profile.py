"""Where a program's time went, by line and by function, out of its trace; and the same as a flame graph for speedscope."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, TextIO

from .stacks import Place, Stacks, Step
from .trace_events import TraceEvent


class Row(NamedTuple):
    """One line of a table: `own` and `total` are nanoseconds, without and with what it called; `times` says how often it ran."""

    file: str
    line: int
    function: str
    own: int
    total: int
    times: int


class Profile:
    """Takes a trace batch by batch. The time between two events belongs to the line that ran."""

    def __init__(self) -> None:
        self._stacks = Stacks()
        self._lines: dict[tuple[Place, int], list[int]] = defaultdict(lambda: [0, 0])
        self._functions: dict[Place, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._at: dict[int, list[int]] = defaultdict(list)
        self._last: int | None = None
        self._task = 0
        self.outside = 0
        """Nanoseconds in which none of the program's own code was active: it waited, or the library's ran for itself."""
        self._flame = _Flame()

    def write(self, events: Sequence[TraceEvent]) -> None:
        for event, step in self._stacks.follow(events):
            self._spend(event.time, step)
            self._task = event.task
            lines = self._at[event.task]
            if step is not None:
                self._flame.step(step)
                if step.what == "open":
                    lines.append(event.line)
                    self._functions[step.place][2] += 1
                elif lines:
                    lines.pop()
            elif event.type == "line" and lines:
                lines[-1] = event.line
                self._lines[Place(event.file, event.function), event.line][1] += 1

    def _spend(self, now: int, step: Step | None) -> None:
        """Books the time since the last event to the stack that was active, which `follow` has already changed by `step`."""
        spent = now - self._last if self._last is not None else 0
        self._last = now
        stack = self._stacks.of_task.get(self._task, [])
        if step is not None and step.task == self._task:
            stack = stack[:-1] if step.what == "open" else [*stack, step.place]
        if not stack:
            self.outside += spent
            return
        lines = self._at[self._task]
        if lines:
            self._lines[stack[-1], lines[-1]][0] += spent
        self._functions[stack[-1]][0] += spent
        for place in set(stack):
            self._functions[place][1] += spent

    def finish(self) -> None:
        for step in self._stacks.finish():
            self._flame.step(step)

    def by_line(self) -> list[Row]:
        """The dearest first."""
        rows = [Row(place.file, line, place.function, own, own, count) for (place, line), (own, count) in self._lines.items()]
        return sorted(rows, key=lambda row: -row.own)

    def by_function(self) -> list[Row]:
        """The dearest first, by their own time."""
        rows = [Row(place.file, 0, place.function, own, total, count) for place, (own, total, count) in self._functions.items()]
        return sorted(rows, key=lambda row: -row.own)

    def write_speedscope(self, file: TextIO) -> None:
        """For https://speedscope.app: one profile a task."""
        json.dump(self._flame.speedscope(self._stacks.names), file)


class _Flame:
    """Collects the steps as speedscope's "evented" profiles."""

    def __init__(self) -> None:
        self._frames: dict[Place, int] = {}
        self._events: dict[int, list[dict[str, Any]]] = defaultdict(list)

    def step(self, step: Step) -> None:
        frame = self._frames.setdefault(step.place, len(self._frames))
        self._events[step.task].append({"type": "O" if step.what == "open" else "C", "frame": frame, "at": step.time})

    def speedscope(self, names: dict[int, str]) -> dict[str, Any]:
        profiles = [
            {
                "type": "evented",
                "name": names.get(task, f"task {task}"),
                "unit": "nanoseconds",
                "startValue": events[0]["at"],
                "endValue": events[-1]["at"],
                "events": events,
            }
            for task, events in self._events.items()
        ]
        frames = [{"name": place.function, "file": place.file} for place in self._frames]
        schema = "https://www.speedscope.app/file-format-schema.json"
        return {"$schema": schema, "shared": {"frames": frames}, "profiles": profiles, "exporter": "sandstep"}
