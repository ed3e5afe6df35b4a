"""Which task of a runtime is which flow, for as long as the task lives: neither keeps it alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from weakref import ref

from ..messages import RequestError
from ..own import keep_builtins
from .flows import Flow

keep_builtins(globals())


class Bindings:
    """The tasks of one runtime and their flows, by each other. Tasks are told apart by identity: what they say of equality is theirs."""

    def __init__(self) -> None:
        self._by_task: dict[int, tuple[ref[Any], Flow]] = {}
        self._by_flow: dict[int, ref[Any]] = {}

    def bind(self, task: Any, flow: Flow, gone: Callable[[Flow], None]) -> None:
        """This task is that flow; `gone` is told once the task is no more."""
        key = id(task)

        def forget(_: object) -> None:
            self._by_task.pop(key, None)
            self._by_flow.pop(flow.number, None)
            gone(flow)

        reference = ref(task, forget)
        self._by_task[key] = reference, flow
        self._by_flow[flow.number] = reference

    def flow(self, task: Any) -> Flow | None:
        """The flow of a task that is bound."""
        known = self._by_task.get(id(task))
        return known[1] if known is not None and known[0]() is task else None

    def find(self, flow: Flow) -> Any:
        """The task of a flow; None if it is gone."""
        reference = self._by_flow.get(flow.number)
        return reference() if reference is not None else None

    def task(self, flow: Flow) -> Any:
        """The task of a flow. Raises RequestError if it is gone."""
        task = self.find(flow)
        if task is None:
            raise RequestError(f"{flow.name} has ended.")
        return task

    def living(self) -> Iterator[tuple[Any, Flow]]:
        """The tasks that are there, in the order in which they were bound."""
        for reference, flow in list(self._by_task.values()):
            task = reference()
            if task is not None:
                yield task, flow
