"""What differs between the ways of using the machine: how handlers are read, how errors are worded, what is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandstep.effects.chain import Continuation, Fiber, Frame, HandlerSpec

if TYPE_CHECKING:
    from sandstep.effects.machine import Machine, Operation


class Face:
    """The machine's questions to the library that programs are written against."""

    continuation: type[Continuation] = Continuation
    operations: Mapping[type, Operation]
    records = False

    def spec_of(self, handler: Any) -> HandlerSpec:
        """How to dispatch to a handler; may raise for a handler that cannot be one."""
        raise NotImplementedError

    def adopts(self, item: Any) -> bool:
        """Whether an object that is neither node nor effect can be run all the same."""
        return False

    def adopt(self, item: Any) -> Any:
        """The node that a foreign object stands for. Raises what is to be raised at the `yield` if there is none."""
        raise TypeError(f"{item!r} is neither an effect nor a program")

    def not_runnable(self, item: Any) -> BaseException:
        """The error of a run that was given something else than a program."""
        return TypeError(f"expected a program or an effect, not {type(item).__name__}")

    def used_twice(self, machine: Machine, k: Continuation) -> BaseException:
        """The error of a second use of a continuation."""
        raise NotImplementedError

    def call_failed(self, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], error: TypeError) -> TypeError:
        """The error to raise for a call that Python refused."""
        return error

    def unhandled(self, machine: Machine, effect: Any, start: Fiber) -> None:
        """Raise, at the current frame, that no handler from `start` outward took the effect."""
        raise NotImplementedError

    def handler_answer(self, machine: Machine, k: Continuation, called_generator: bool, result: Any) -> Any:
        """Go on from a handler that answered something else than a generator."""
        raise NotImplementedError

    def raised(self, machine: Machine, error: BaseException) -> None:
        """An exception appeared at the current frame, and the chain is still whole."""

    def refused(self, machine: Machine, error: BaseException, effect: Any, target: Fiber) -> None:
        """The handler at `target` raised as soon as it was asked; the chain is whole again."""
        self.raised(machine, error)

    def delivered(self, machine: Machine, error: BaseException, k: Continuation) -> None:
        """A handler raises an exception at the effect that `k` waited for; the chain is whole again."""
        self.raised(machine, error)

    def transferred(self, machine: Machine, frame: Frame, k: Continuation) -> None:
        """A handler left for another continuation than its own, which nobody holds any more."""

    def abandoned(self, machine: Machine, frame: Frame, k: Continuation) -> None:
        """A handler returned without using its continuation."""

    def execution_context(self, machine: Machine) -> list[Any]:
        """The answer of `GetExecutionContext`."""
        return []

    def attach_trace(self, machine: Machine, error: BaseException) -> None:
        """Complete the trace of an error that was caught in the current frame."""
