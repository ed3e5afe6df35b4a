"""Which effects a handler wants to see, read from the annotation of its effect parameter.

`handler(effect: Ask | Tell, k)` is not asked about anything else. No annotation, `Any`, `object` or the base class of all
effects means every effect, and so does what cannot be tested with `isinstance`.
"""

from __future__ import annotations

import functools
import types
import typing
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

Types = tuple[type, ...] | None

HEAP_TYPE = 1 << 9
BASE_TYPE = 1 << 10


class Parameter(NamedTuple):
    """The function that a callable comes down to, and the position of its first parameter that is not bound."""

    function: types.FunctionType | None
    position: int


class Unresolved(Exception):
    """The annotation cannot be evaluated (yet)."""


def effect_parameter(handler: object) -> Parameter:
    """Follow partials, bound methods, wrappers and callable objects down to a function."""
    bound = 0
    current: Any = handler
    while True:
        if isinstance(current, functools.partial):
            bound += len(current.args)
            current = current.func
        elif isinstance(current, types.MethodType):
            bound += 1
            current = current.__func__
        elif isinstance(current, types.FunctionType):
            wrapped = current.__dict__.get("__wrapped__")
            if wrapped is None:
                return Parameter(current, bound)
            current = wrapped
        elif isinstance(current, type) or not isinstance(_call_of(type(current)), types.FunctionType):
            return Parameter(None, bound)
        else:
            bound += 1
            current = _call_of(type(current))


def _call_of(kind: type) -> Any:
    return next((base.__dict__["__call__"] for base in kind.__mro__ if "__call__" in base.__dict__), None)


class EffectFilter:
    """Reads annotations for one library: `base` is its class of all effects."""

    def __init__(self, base: type) -> None:
        self._catch_all = (Any, object, base)
        self._base = base
        self._known: WeakKeyDictionary[types.FunctionType, dict[int, Types]] = WeakKeyDictionary()

    def types_of(self, handler: object) -> Types:
        """The effect types that a handler admits, None for all.

        Raises TypeError for an annotation that no effect can match; warns once of one that cannot be evaluated.
        """
        function, position = effect_parameter(handler)
        if function is None:
            return None
        known = self._known.setdefault(function, {})
        if position not in known:
            try:
                known[position] = self._resolve(function, position)
            except Unresolved:
                _warn(function, function.__code__.co_varnames[position])
                known[position] = None
        return known[position]

    def check(self, handler: object) -> None:
        """Raise that TypeError early; an annotation that cannot be evaluated yet is left for later."""
        function, position = effect_parameter(handler)
        if function is None:
            return
        known = self._known.setdefault(function, {})
        if position not in known:
            try:
                known[position] = self._resolve(function, position)
            except Unresolved:
                return

    def _resolve(self, function: types.FunctionType, position: int) -> Types:
        code = function.__code__
        if position >= code.co_argcount:
            return None
        name = code.co_varnames[position]
        try:
            annotations = function.__annotations__
        except (NameError, AttributeError):
            raise Unresolved from None
        if name not in annotations:
            return None
        refused: list[type] = []
        found = self._read(annotations[name], function, refused)
        if refused:
            raise TypeError(_refusal(function, name, refused[0]))
        return found

    def _read(self, annotation: Any, function: types.FunctionType, refused: list[type]) -> Types:
        if isinstance(annotation, str):
            annotation = evaluate(annotation, function)
        if isinstance(annotation, str):
            return self._read(annotation, function, refused)
        if any(annotation is everything for everything in self._catch_all):
            return None
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            return self._read(typing.get_args(annotation)[0], function, refused)
        if origin is typing.Union or origin is types.UnionType:
            return self._read_union(typing.get_args(annotation), function, refused)
        named = origin if isinstance(origin, type) else annotation
        if any(named is everything for everything in self._catch_all):
            return None
        return self._read_class(named, refused) if isinstance(named, type) else None

    def _read_union(self, members: tuple[Any, ...], function: types.FunctionType, refused: list[type]) -> Types:
        found: list[type] = []
        for member in members:
            some = self._read(member, function, refused)
            if some is None:
                return None
            found.extend(some)
        return tuple(found)

    def _read_class(self, named: type, refused: list[type]) -> Types:
        if named.__dict__.get("_is_protocol") is True:
            return (named,) if named.__dict__.get("_is_runtime_protocol") is True else None
        if not issubclass(named, self._base) and never_an_effect(named):
            refused.append(named)
        return (named,)


def evaluate(text: str, function: types.FunctionType) -> Any:
    """The value of an annotation that was written or kept as text. Raises Unresolved."""
    try:
        return eval(text, function.__globals__)
    except (NameError, AttributeError, SyntaxError, TypeError):
        raise Unresolved from None


def never_an_effect(named: type) -> bool:
    """Whether no class can derive from both this one and an effect: it is final, or its instances are laid out otherwise."""
    if not named.__flags__ & BASE_TYPE:
        return True
    builtin = (base for base in named.__mro__ if base is not object and not base.__flags__ & HEAP_TYPE)
    return any(base.__itemsize__ or base.__basicsize__ != object.__basicsize__ for base in builtin)


def bound_generator_function(handler: Any, mark: str) -> Callable[..., Any] | None:
    """The generator function behind a decorated handler, which carries it as an attribute; bound like the handler is."""
    if isinstance(handler, types.FunctionType):
        return handler.__dict__.get(mark)
    if isinstance(handler, types.MethodType):
        function = getattr(handler.__func__, "__dict__", {}).get(mark)
        return types.MethodType(function, handler.__self__) if isinstance(function, types.FunctionType) else None
    return None


def _refusal(function: types.FunctionType, name: str, named: type) -> str:
    code = function.__code__
    return (
        f"handler {function.__qualname__} (defined at {code.co_filename}:{code.co_firstlineno}): the annotation of effect "
        f"parameter {name!r} names {named.__qualname__}, which no effect can be an instance of, so the handler would never "
        "be called. Annotate it with the effect class that it handles, or with the base class of effects to receive all."
    )


def _warn(function: types.FunctionType, name: str) -> None:
    warnings.warn_explicit(
        f"handler {function.__qualname__}: the annotation of effect parameter {name!r} cannot be evaluated at runtime, "
        "so the handler receives every effect (no type filter). Import the effect type at runtime to get the filter.",
        RuntimeWarning,
        function.__code__.co_filename,
        function.__code__.co_firstlineno,
    )
