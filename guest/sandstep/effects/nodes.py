"""Programs: the values that a generator yields to the machine, other than effects.

The fields are short and private; each face gives them the names and the manners that its users know.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, Generic, TypeVar

from sandstep.effects.chain import NO_TAILS, AnyGenerator, Continuation, TaskInfo

T = TypeVar("T")


class Program(Generic[T]):
    """Something that can be run: `value = yield program`, or `yield from` it for a typed result."""

    __slots__ = ()

    def __iter__(self) -> Generator[Any, Any, T]:
        value: T = yield self
        return value


class Pure(Program[T]):
    """A program that does nothing and answers `value`."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value


class Perform(Program[Any]):
    """Perform an effect; any object can be one this way."""

    __slots__ = ("_effect",)

    def __init__(self, effect: Any) -> None:
        self._effect = effect


class Call(Program[T]):
    """A call of a program function that has not happened yet."""

    __slots__ = ("_args", "_function", "_kwargs", "_tails")

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], tails: frozenset[int]) -> None:
        self._function = function
        self._args = args
        self._kwargs = kwargs
        self._tails = tails

    def __repr__(self) -> str:
        shown = [repr(arg) for arg in self._args] + [f"{name}={value!r}" for name, value in self._kwargs.items()]
        return f"{getattr(self._function, '__name__', 'program')}({', '.join(shown)})"


class Stream(Program[T]):
    """Run a generator that exists already; `tails` are the instructions at which yielding `Resume` is a tail call."""

    __slots__ = ("_generator", "_tails")

    def __init__(self, generator: AnyGenerator, tails: frozenset[int] = NO_TAILS) -> None:
        self._generator = generator
        self._tails = tails


class _Answering(Program[Any]):
    __slots__ = ("_k", "_value")

    def __init__(self, k: Continuation, value: Any = None) -> None:
        if not isinstance(k, Continuation):
            raise TypeError(f"{type(self).__name__} needs a continuation, not {type(k).__name__}")
        self._k = k
        self._value = value


class Resume(_Answering):
    """Continue `k` with `value` as the effect's answer. The answer of this `yield` is what the rest of the program returns."""

    __slots__ = ()


class Transfer(_Answering):
    """Continue `k` with `value` and end here: nothing after this `yield` runs. Loops and schedulers use it."""

    __slots__ = ()


class ResumeThrow(_Answering):
    """Continue `k` by raising an exception where the effect was performed."""

    __slots__ = ()


class TransferThrow(_Answering):
    """`ResumeThrow` that ends here, as `Transfer` does."""

    __slots__ = ()


class Pass(Program[Any]):
    """Leave the effect to the next handler outward, for good.

    With `effect` another effect is passed on in its place. `k` is the handler's continuation where it is not the one at work.
    """

    __slots__ = ("_effect", "_k")

    def __init__(self, effect: Any = None, k: Continuation | None = None) -> None:
        self._effect = effect
        self._k = k


class Delegate(Program[Any]):
    """Perform the effect again for the handlers further out and get their answer back."""

    __slots__ = ()


class WithHandler(Program[T]):
    """Run `body` with `handler` in force. The value is the body's, or the handler's if it returns without resuming."""

    __slots__ = ("_body", "_handler")

    def __init__(self, handler: Any, body: Any) -> None:
        self._handler = handler
        self._body = body


class WithObserve(Program[T]):
    """Run `body`; `observer(effect)` is called on every effect in it before any handler is asked."""

    __slots__ = ("_body", "_observer")

    def __init__(self, observer: Callable[[Any], object], body: Any) -> None:
        self._observer = observer
        self._body = body


class WithBoundaries(Program[T]):
    """Run `body` under (kind, callable) pairs, innermost first, as `GetBoundaries` reports them."""

    __slots__ = ("_body", "_boundaries")

    def __init__(self, boundaries: Iterable[tuple[str, Any]], body: Any) -> None:
        self._boundaries = tuple(boundaries)
        self._body = body


class WithTask(Program[T]):
    """Run `body` as the task that `task` describes: the place in the chain where one task ends and its spawner begins."""

    __slots__ = ("_body", "_task")

    def __init__(self, task: TaskInfo, body: Any) -> None:
        self._task = task
        self._body = body


class TailEval(Program[Any]):
    """End the generator that yields this and run `program` in its place."""

    __slots__ = ("_program",)

    def __init__(self, program: Any) -> None:
        self._program = program


class _Asking(Program[T]):
    __slots__ = ("_k",)

    def __init__(self, k: Continuation) -> None:
        self._k = k


class GetHandlers(_Asking[list[Any]]):
    """The handlers inside `k`, innermost first; the one that took the effect comes last."""

    __slots__ = ()


class GetBoundaries(_Asking[list[list[Any]]]):
    """The [kind, callable] pairs of the boundaries inside `k`, innermost first; kinds are "handler" and "observer"."""

    __slots__ = ()


class GetTraceback(_Asking[list[list[Any]]]):
    """The frames inside `k` as [qualified name, file name, line], innermost first."""

    __slots__ = ()


class GetOuterHandlers(Program[list[Any]]):
    """The handlers in force here, innermost first; in a handler those outside it."""

    __slots__ = ()


class GetExecutionContext(Program[list[Any]]):
    """Where the program is: inside an `except` where the exception was raised, elsewhere the chain at this `yield`."""

    __slots__ = ()


class AttachTrace(Program[None]):
    """Write the trace of an exception that was caught here onto it, so that it outlives this part of the chain."""

    __slots__ = ("_error",)

    def __init__(self, error: BaseException) -> None:
        self._error = error


class Park(Program[Any]):
    """Leave the machine: `wait` is given to whoever runs it, who later goes on with the outcome."""

    __slots__ = ("_wait",)

    def __init__(self, wait: Any) -> None:
        self._wait = wait
