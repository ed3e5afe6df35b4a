"""The program nodes with doeff's names and manners: read-only fields, extra attributes, no subclasses but of `Expand`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NoReturn

from sandstep.effects.chain import NO_TAILS

from doeff_vm._bind import bind
from doeff_vm._values import K, final, named, offsets, subscript

_new = object.__new__


class Node:
    """The base of all nodes; `fields` are the names of what the constructor takes, for pickles."""

    __slots__ = ("__dict__", "__weakref__")
    fields: tuple[str, ...] = ()

    def __init_subclass__(cls, base: bool = False, open: bool = False, **options: Any) -> None:
        super().__init_subclass__(**options)
        parent = cls.__mro__[1]
        if parent is not Node and not base and not getattr(parent, "_open", False):
            final(cls)
        cls._open = base or open  # type: ignore[attr-defined]
        if cls.__module__ == __name__:
            named(cls)

    def __iter__(self) -> Generator[Any, Any, Any]:
        return bind(self)

    def __reduce__(self) -> Any:
        return type(self), tuple(getattr(self, name) for name in self.fields), self.__dict__ or None


def field(slot: str) -> property:
    """A public read-only name for a private slot."""

    def read(self: Any) -> Any:
        return getattr(self, slot)

    return property(read)


def unpicklable(self: Any) -> NoReturn:
    """`__reduce__` of the nodes that hold a continuation."""
    raise TypeError(f"cannot pickle '{type(self).__name__}' object")


class Pure(Node):
    """A program that answers a value."""

    __slots__ = ("_value",)
    __class_getitem__ = subscript
    fields = ("value",)
    value = field("_value")

    def __init__(self, value: Any) -> None:
        self._value = value

    def __repr__(self) -> str:
        return f"Pure({self._value!r})"


class Perform(Node):
    """Perform an effect; any object can be one."""

    __slots__ = ("_effect",)
    __class_getitem__ = subscript
    fields = ("effect",)
    effect = field("_effect")

    def __init__(self, effect: Any) -> None:
        self._effect = effect

    def __repr__(self) -> str:
        return f"Perform({self._effect!r})"


class Answering(Node, base=True):
    """The base of what continues a continuation."""

    __slots__ = ("_k", "_value")
    continuation = field("_k")
    __reduce__ = unpicklable

    def __init__(self, k: K, value: Any) -> None:
        if type(k) is not K:
            raise TypeError(f"'{type(k).__name__}' object is not an instance of 'K'")
        self._k = k
        self._value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(k, ...)"


class Resume(Answering):
    """Continue on top of the yielding frame."""

    __slots__ = ()
    value = field("_value")


class Transfer(Answering):
    """Continue in place of the yielding frame."""

    __slots__ = ()
    value = field("_value")


class Throwing(Answering, base=True):
    """The base of what raises where an effect was performed."""

    __slots__ = ()
    exception = field("_value")

    def __init__(self, k: K, exception: Any) -> None:
        super().__init__(k, exception)


class ResumeThrow(Throwing):
    """Raise at the perform site, on top of the yielding frame."""

    __slots__ = ()


class TransferThrow(Throwing):
    """Raise at the perform site, in place of the yielding frame."""

    __slots__ = ()


class Pass(Node):
    """Leave an effect to the next handler outward."""

    __slots__ = ("_effect", "_k")
    effect = field("_effect")
    continuation = field("_k")
    __reduce__ = unpicklable

    def __init__(self, effect: Any, k: K) -> None:
        if type(k) is not K:
            raise TypeError(f"'{type(k).__name__}' object is not an instance of 'K'")
        self._effect = effect
        self._k = k

    def __repr__(self) -> str:
        return "Pass(effect, k)"


class Apply(Node):
    """Call a function."""

    __slots__ = ("_args", "_f")
    fields = ("f", "args")
    f = field("_f")
    args = field("_args")

    def __init__(self, f: Any, args: Any) -> None:
        self._f = f
        self._args = args

    def __repr__(self) -> str:
        return "Apply(f, args)"


class Expand(Node, open=True):
    """Run the stream that an expression answers."""

    __slots__ = ("_expr",)
    __class_getitem__ = subscript
    fields = ("expr",)
    expr = field("_expr")

    def __init__(self, expr: Any) -> None:
        self._expr = expr

    def __repr__(self) -> str:
        return "Expand(...)"


class DoFunction:
    """A `@do` definition: the function, the lines on which it resumes in tail position, and whether it yields at all."""

    __slots__ = ("_function", "_lines", "_tails", "_yields")

    def __init__(self, function: Any, tail_resume_lines: list[int], yields: bool) -> None:
        self._function = function
        self._lines = tail_resume_lines
        self._yields = yields
        self._tails = offsets(function, tail_resume_lines) if tail_resume_lines else NO_TAILS

    function = field("_function")
    tail_resume_lines = field("_lines")
    yields = field("_yields")

    def make_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        """The program that calls the definition with these arguments."""
        call: Call = _new(Call)
        call._definition = self
        call._args = args
        call._kwargs = kwargs
        return call

    def __init_subclass__(cls, **options: Any) -> None:
        final(cls)

    def __repr__(self) -> str:
        return f"DoFunction({self._function!r})"

    def __reduce__(self) -> Any:
        return DoFunction, (self._function, list(self._lines), self._yields)


class Call(Expand):
    """The program that a call of a `@do` function builds."""

    __slots__ = ("_args", "_definition", "_kwargs")
    fields = ("function", "args", "kwargs")  # type: ignore[assignment]
    function = field("_definition")
    args = field("_args")
    kwargs = field("_kwargs")

    def __init__(self, function: DoFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if type(function) is not DoFunction:
            raise TypeError(f"'{type(function).__name__}' object is not an instance of 'DoFunction'")
        self._definition = function
        self._args = tuple(args)
        self._kwargs = kwargs

    def __repr__(self) -> str:
        return f"Call({self._definition._function!r})"


class WithHandler(Node):
    """Run a program under a handler."""

    __slots__ = ("_body", "_handler")
    __class_getitem__ = subscript
    fields = ("handler", "body")
    handler = field("_handler")
    body = field("_body")

    def __init__(self, handler: Any, body: Any) -> None:
        if not callable(handler):
            raise TypeError(f"WithHandler: handler must be callable, got {type(handler).__name__}")
        self._handler = handler
        self._body = body

    def __repr__(self) -> str:
        return "WithHandler(handler, body)"


class WithObserve(Node):
    """Run a program whose effects an observer hears."""

    __slots__ = ("_body", "_observer")
    __class_getitem__ = subscript
    fields = ("observer", "body")
    observer = field("_observer")
    body = field("_body")

    def __init__(self, observer: Any, body: Any) -> None:
        self._observer = observer
        self._body = body

    def __repr__(self) -> str:
        return "WithObserve(observer, body)"


class WithBoundaries(Node):
    """Run a program under handlers and observers, innermost first."""

    __slots__ = ("_body", "_boundaries")
    __class_getitem__ = subscript
    fields = ("boundaries", "body")
    boundaries = field("_boundaries")
    body = field("_body")

    def __init__(self, boundaries: Any, body: Any) -> None:
        for index, (kind, boundary) in enumerate(boundaries):
            if kind not in ("handler", "observer"):
                raise ValueError(f"WithBoundaries: boundary[{index}] kind must be 'handler' or 'observer', got \"{kind}\"")
            if kind == "handler" and not callable(boundary):
                raise TypeError(f"WithBoundaries: boundary[{index}] {kind} must be callable")
        self._boundaries = boundaries
        self._body = body

    def __repr__(self) -> str:
        return "WithBoundaries(boundaries, body)"


class Asking(Node, base=True):
    """The base of the questions about a continuation."""

    __slots__ = ("_k",)
    continuation = field("_k")
    __reduce__ = unpicklable

    def __init__(self, k: K) -> None:
        if type(k) is not K:
            raise TypeError(f"'{type(k).__name__}' object is not an instance of 'K'")
        self._k = k

    def __repr__(self) -> str:
        return f"{type(self).__name__}(k)"


class GetTraceback(Asking):
    """The frames inside a continuation."""

    __slots__ = ()


class GetHandlers(Asking):
    """The handlers inside a continuation."""

    __slots__ = ()


class GetBoundaries(Asking):
    """The handlers and observers inside a continuation."""

    __slots__ = ()


class GetExecutionContext(Node):
    """Where the program is, or where the exception that it handles was raised."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "GetExecutionContext()"


class GetOuterHandlers(Node):
    """The handlers in force here."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "GetOuterHandlers()"


class TailEval(Node):
    """End the yielding frame and evaluate in its place."""

    __slots__ = ("_program",)
    expr = field("_program")
    __reduce__ = unpicklable

    def __init__(self, expr: Any) -> None:
        self._program = expr

    def __repr__(self) -> str:
        return f"TailEval({self._program!r})"


class BindOpener:
    """Opens an operand of a bind: calls in place what performs nothing, lets plain effects through, else asks `fallback`."""

    def __init__(self, fallback: Any, generator_program: Any, passes_through: Any = None) -> None:
        self._fallback = fallback
        self._generator_program = generator_program
        self._passes_through = passes_through
        self._let_through: dict[type, bool] = {}

    fallback = field("_fallback")
    generator_program = field("_generator_program")
    passes_through = field("_passes_through")

    def __call__(self, expr: Any, absent: Any = None) -> Any:
        if absent is not None:
            return self._fallback(expr, absent)
        kind = type(expr)
        if kind is Call:
            if expr._definition._yields:
                return expr
            answer = expr._definition._function(*expr._args, **expr._kwargs)
            return self._generator_program(answer) if hasattr(answer, "gi_frame") else Pure(answer)
        if self._passes_through is not None:
            passes = self._let_through.get(kind)
            if passes is None:
                passes = self._let_through[kind] = bool(self._passes_through(kind))
            if passes:
                return expr
        return self._fallback(expr)

    def __repr__(self) -> str:
        return f"BindOpener({self._fallback!r})"


named(DoFunction)
named(BindOpener)
