"""Tells an observer what a machine does with effects. Nothing is paid while there is none: a machine asks once, when it is made."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, Protocol

from sandstep.effects import dispatch, nodes
from sandstep.effects.capture import handler_name, outward
from sandstep.effects.chain import Continuation, Fiber, Frame, TaskInfo
from sandstep.effects.face import Face
from sandstep.effects.machine import Machine
from sandstep.effects.sites import generator_place


class Observer(Protocol):
    """What it is told must not change anything, and must not raise."""

    def dispatched(self, effect: Any, code: CodeType | None, line: int) -> None:
        """An effect is performed there; `code` is None where nobody knows."""

    def handled(self, effect: Any, handler: str, outcome: str) -> None:
        """It has its answer.

        `outcome` is resumed, delegated, transferred, returned (the rest of the program was given up), threw or unhandled.
        """

    def task_made(self, task: TaskInfo) -> None:
        """A scheduler has a new task."""

    def task_runs(self, task: TaskInfo, main: TaskInfo) -> None:
        """It takes its turn, in the scheduler that has this main task."""

    def task_ended(self, task: TaskInfo) -> None:
        """It is done, has failed, or was cancelled: its status says which."""

    def scheduler_ended(self, main: TaskInfo) -> None:
        """The scheduler that has this main task is gone, with all tasks of it."""


observer: Observer | None = None


def new_machine(face: Face) -> Machine:
    """A machine, which is watched if there is an observer."""
    return Machine(face) if observer is None else WatchedMachine(face, observer)


class WatchedMachine(Machine):
    """A machine that tells."""

    __slots__ = ("_observer",)

    def __init__(self, face: Face, told: Observer) -> None:
        super().__init__(face)
        self._observer = told
        for kind, operation in self.operations.items():
            effect_of = _EFFECT_OF.get(kind) or (_itself if operation is dispatch.perform else None)
            if effect_of is not None:
                self.operations[kind] = _telling(operation, effect_of, again=kind is nodes.Pass)

    def attach(self, k: Continuation) -> None:
        if k.outcome != "passed":
            taker = k.last
            outcome = "resumed" if k.outcome == "active" else k.outcome
            self._observer.handled(k.effect, "" if taker is None else handler_name(taker.handler), outcome)
        super().attach(k)

    def _returned(self, frame: Frame, caller: Frame | None) -> None:
        k = frame.k
        if k is not None and k.last is not None:
            self._observer.handled(k.effect, handler_name(k.last.handler), "returned")
        super()._returned(frame, caller)

    def tell_dispatched(self, effect: Any) -> None:
        place = None if self.frame is None else generator_place(self.frame.gen)
        self._observer.dispatched(effect, None if place is None else place.code, 0 if place is None else place.line)

    def tell_if_answered(self, effect: Any) -> None:
        """A handler that is no generator has answered already."""
        frame = self.frame
        if frame is not None and frame.k is not None and frame.k.effect is effect and frame.k.head is not None:
            return
        if self.error is None:
            self._observer.handled(effect, _taker(self, effect), "resumed")
            return
        refused = dispatch.search(self, self.fiber, effect)
        self._observer.handled(effect, "" if refused is None else handler_name(refused.handler), "threw" if refused else "unhandled")


_Operation = Callable[[Machine, Any], Any]


def _telling(operation: _Operation, effect_of: Callable[[Machine, Any], Any], *, again: bool) -> _Operation:
    def tell(machine: Machine, item: Any) -> Any:
        assert isinstance(machine, WatchedMachine)
        effect = effect_of(machine, item)
        if not again:
            machine.tell_dispatched(effect)
        result = operation(machine, item)
        if result is None:
            machine.tell_if_answered(effect)
        return result

    return tell


def _itself(machine: Machine, item: Any) -> Any:
    return item


def _of_the_handler(machine: Machine, item: Any) -> Any:
    frame = machine.handler_frame()
    return None if frame is None or frame.k is None else frame.k.effect


def _passed(machine: Machine, item: nodes.Pass) -> Any:
    if item._effect is not None:
        return item._effect
    return _of_the_handler(machine, item) if item._k is None else item._k.effect


_EFFECT_OF: dict[type, Callable[[Machine, Any], Any]] = {
    nodes.Perform: lambda machine, node: node._effect,
    nodes.Delegate: _of_the_handler,
    nodes.Pass: _passed,
}


def _taker(machine: Machine, effect: Any) -> str:
    """The name of the handler that the current frame got its last answer from; "" if that was another effect's."""
    last = None if machine.frame is None else machine.frame.last
    if isinstance(last, Continuation):
        serial = last.taker if last.effect is effect else -1
    else:
        serial = last[1] if isinstance(last, tuple) and last[0] is effect else -1
    fiber: Fiber | None = next((each for each in outward(machine.fiber) if each.serial == serial), None)
    return "" if fiber is None else handler_name(fiber.handler)
