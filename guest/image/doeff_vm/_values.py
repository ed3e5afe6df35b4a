"""Effects, results and the small values that programs and the machine exchange."""

from __future__ import annotations

import types
from collections.abc import Callable as AnyCallable
from collections.abc import Generator, Iterable
from typing import Any, ClassVar, NoReturn

from sandstep.effects import chain
from sandstep.effects.tail import offsets_on

from doeff_vm._bind import bind

MODULE = "doeff_vm.doeff_vm"
subscript: Any = classmethod(types.GenericAlias)


def named(cls: type, module: str = MODULE) -> type:
    """Let a class report the module and the bare name that pickles and error texts rely on."""
    cls.__module__ = module
    cls.__qualname__ = cls.__name__
    return cls


def final(cls: type) -> None:
    """What `__init_subclass__` of a class does that cannot be derived from."""
    raise TypeError(f"type '{cls.__mro__[1].__name__}' is not an acceptable base type")


def offsets(function: Any, lines: Iterable[int]) -> frozenset[int]:
    """The instructions of a generator function (or a generator) on some lines."""
    wanted = frozenset(lines)
    code = getattr(function, "__code__", None) or getattr(getattr(function, "__func__", None), "__code__", None)
    code = code or getattr(function, "gi_code", None)
    return offsets_on(code, wanted) if wanted and code is not None else chain.NO_TAILS


class EffectBase:
    """The base of all effects: derive a class and give it fields."""

    __slots__ = ()
    __class_getitem__ = subscript

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if (args or kwargs) and cls.__init__ is object.__init__:
            base = cls.__name__ + (" (doeff.Effect)" if cls is EffectBase else "")
            raise TypeError(
                f"{cls.__name__}() takes no arguments: {base} has no __init__ to keep them, so the handler would get the effect "
                "without them. Hold them in the fields of an effect class, e.g. `@dataclass(frozen=True) class "
                "Fetch(EffectBase): url: str`, and yield `Fetch(url=...)`."
            )
        return object.__new__(cls)

    def __iter__(self) -> Generator[Any, Any, Any]:
        return bind(self)


class K(chain.Continuation):
    """A continuation."""

    __slots__ = ()

    def __init__(self) -> None:
        raise TypeError("cannot create 'K' instances")

    def __init_subclass__(cls, **options: Any) -> NoReturn:
        raise TypeError("type 'K' is not an acceptable base type")

    def to_dict(self) -> dict[str, Any]:
        """The state as plain data; the numbers count the fibers of the chain from its outer end."""
        if self.head is None:
            return {"consumed": True}
        depth = sum(1 for _ in _fibers(self))
        return {"head": depth, "last_fiber": 1, "consumed": False}

    def __repr__(self) -> str:
        if self.head is None:
            return "K(consumed)"
        return f"K(head={sum(1 for _ in _fibers(self))}, last=1)"


def _fibers(k: K) -> Iterable[chain.Fiber]:
    fiber = k.head
    while fiber is not None:
        yield fiber
        fiber = fiber.parent


class Callable:
    """Marks a function as one to call, for `Apply` and for observers."""

    def __init__(self, callable_: Any) -> None:
        if not callable(callable_):
            raise TypeError("Callable: expected a callable")
        self._callable = callable_

    def __reduce__(self) -> tuple[Any, ...]:
        return Callable, (self._callable,)


class IRStream:
    """A generator to be run as a program."""

    def __init__(self, generator: Any, tail_resume_lines: Iterable[int] | None = None) -> None:
        self._generator = generator
        self._tails = offsets(generator, tail_resume_lines or ())


class HandlerSpec(chain.HandlerSpec):
    """What is known of a handler when it is installed."""

    __slots__ = ("_lines",)
    __repr__ = object.__repr__

    def __init__(
        self,
        effect_types: tuple[type, ...] | None,
        generator_function: Any,
        tail_resume_lines: Iterable[int],
        passed: tuple[tuple[type, ...], tuple[type, ...]] | None,
        answer: AnyCallable[[Any], Any] | None = None,
    ) -> None:
        lines = tuple(tail_resume_lines)
        super().__init__(effect_types, generator_function, offsets(generator_function, lines), passed, answer)
        object.__setattr__(self, "_lines", lines)

    @property
    def tail_resume_lines(self) -> tuple[int, ...]:
        """The lines on which resuming is a tail call."""
        return self._lines  # type: ignore[attr-defined, no-any-return]


class StateHandler:
    """Answers two kinds of effects from a dictionary, which is used and not copied."""

    __name__ = "handler"

    def __init__(self, store: dict[Any, Any], get_type: type, put_type: type, /) -> None:
        self._effect_types = (get_type, put_type)
        get = store.get

        def answer(effect: Any) -> Any:
            if isinstance(effect, get_type):
                return get(effect.key)  # type: ignore[attr-defined]
            store[effect.key] = effect.value
            return None

        self._spec = HandlerSpec(self._effect_types, None, (), None, answer)
        self.__qualname__ = "state.<locals>.handler"

    @property
    def effect_types(self) -> tuple[type, type]:
        """The types that read and that write."""
        return self._effect_types

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("the state handler is dispatched by the VM; install it with WithHandler")

    def __repr__(self) -> str:
        return "<state handler>"


class Ok:
    """A value."""

    __slots__ = ("_value",)
    __match_args__: ClassVar = ("value",)
    __class_getitem__ = subscript

    def __init__(self, value: Any) -> None:
        self._value = value

    @property
    def value(self) -> Any:
        """The value."""
        return self._value

    def is_ok(self) -> bool:
        """True."""
        return True

    def is_err(self) -> bool:
        """False."""
        return False

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"Ok({self._value!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Ok, (self._value,)


class Err:
    """A failure."""

    __slots__ = ("_error", "captured_traceback")
    __match_args__: ClassVar = ("error",)
    __class_getitem__ = subscript

    def __init__(self, error: Any, captured_traceback: Any = None) -> None:
        self._error = error
        self.captured_traceback = captured_traceback

    @property
    def error(self) -> Any:
        """What failed."""
        return self._error

    def is_ok(self) -> bool:
        """False."""
        return False

    def is_err(self) -> bool:
        """True."""
        return True

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"Err({self._error!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Err, (self._error, self.captured_traceback)


class UnhandledEffect(RuntimeError):
    """No handler took an effect."""


for _class in (EffectBase, Callable, IRStream, HandlerSpec, StateHandler, Ok, Err):
    named(_class)
named(K, "builtins")
named(UnhandledEffect, "doeff_vm")
