"""Writes traces: one JSON object a line, or as Perfetto and chrome://tracing read them."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TextIO

from .stacks import Stacks, Step
from .trace_events import VERSION, TraceEvent


class Writer(Protocol):
    """Takes a trace batch by batch."""

    def write(self, events: Sequence[TraceEvent]) -> None: ...
    def finish(self) -> None: ...


class JsonLines:
    """The events as they are, one a line; the first line says the version of the schema."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        file.write(json.dumps({"schema": "sandstep-trace", "version": VERSION}) + "\n")

    def write(self, events: Sequence[TraceEvent]) -> None:
        self._file.writelines(json.dumps(event.asdict(), ensure_ascii=False) + "\n" for event in events)

    def finish(self) -> None:
        self._file.flush()


class Perfetto:
    """The Trace Event Format: a track for each task, a slice for each function, calls of the host as slices of their own."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._stacks = Stacks()
        self._named: set[int] = set()
        self._calls: dict[tuple[int, str], int] = {}
        self._begun = False
        file.write("[\n")

    def write(self, events: Sequence[TraceEvent]) -> None:
        for event, step in self._stacks.follow(events):
            if step is not None:
                self._slice(step)
            elif event.type == "exception":
                self._put(
                    ph="i", name=(event.detail or {}).get("type", ""), ts=event.time / 1000, tid=event.task, s="t", args=event.detail or {}
                )
            elif event.type in ("callback_start", "callback_end"):
                self._call(event)
            elif event.type in ("effect_dispatched", "effect_handled"):
                self._effect(event)

    def _effect(self, event: TraceEvent) -> None:
        """A slice beside the task's own: it lasts as long as the performer waits, whoever runs meanwhile."""
        detail = event.detail or {}
        self._put(
            ph="b" if event.type == "effect_dispatched" else "e",
            cat="effect",
            id=detail.get("dispatch"),
            name=str(detail.get("effect")),
            ts=event.time / 1000,
            tid=event.task,
            args={**detail, "file": event.file, "line": event.line} if event.line else detail,
        )

    def _slice(self, step: Step) -> None:
        self._name(step.task)
        phase = "B" if step.what == "open" else "E"
        self._put(ph=phase, name=step.place.function, ts=step.time / 1000, tid=step.task, args={"file": step.place.file, "line": step.line})

    def _call(self, event: TraceEvent) -> None:
        detail = event.detail or {}
        name = str(detail.get("name"))
        start = event.type == "callback_start"
        key = event.task, name
        if start:
            self._calls[key] = len(self._calls)
        self._put(
            ph="b" if start else "e",
            cat="callback",
            id=self._calls.get(key, 0),
            name=name,
            ts=event.time / 1000,
            tid=event.task,
            args=detail,
        )

    def _name(self, task: int) -> None:
        if task not in self._named:
            self._named.add(task)
            self._put(ph="M", name="thread_name", tid=task, args={"name": self._stacks.names.get(task, f"task {task}")})

    def _put(self, **event: Any) -> None:
        self._file.write((",\n" if self._begun else "") + json.dumps({"pid": 1, **event}, ensure_ascii=False))
        self._begun = True

    def finish(self) -> None:
        for step in self._stacks.finish():
            self._slice(step)
        self._file.write("\n]\n")
        self._file.flush()


FORMATS: dict[str, Callable[[TextIO], Writer]] = {"jsonl": JsonLines, "perfetto": Perfetto}
