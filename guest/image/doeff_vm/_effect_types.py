"""The effects that a handler sees, and the static types of effects and programs, read at run time."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from typing import Any, NamedTuple, get_args, get_origin

from sandstep.effects.filters import EffectFilter, Unresolved, bound_generator_function, evaluate

from doeff_vm._values import EffectBase, HandlerSpec, StateHandler

EffectTypes = tuple[type, ...] | None

SPEC = "__doeff_handler_spec__"
PASSES = "__doeff_passes__"
GENERATOR_FUNCTION = "__doeff_generator_function__"
TAIL_LINES = "__doeff_tail_resume_lines__"

UNREADABLE = (NameError, AttributeError)

_filter = EffectFilter(EffectBase)


class PassedEffects(NamedTuple):
    """Effects that a handler leaves alone: those of `passes` that are not of `keeps`."""

    passes: tuple[type, ...]
    keeps: tuple[type, ...]


def declare_passes(handler: types.FunctionType, source: Callable[[], tuple[object, object]]) -> types.FunctionType:
    """Note where a handler's passed effects come from; `source` is asked when the handler is first installed."""
    setattr(handler, PASSES, source)
    return handler


def handler_effect_types(handler: object) -> EffectTypes:
    """The types that a handler admits, None for all. Raises TypeError where no effect can match."""
    return handler.effect_types if isinstance(handler, StateHandler) else _filter.types_of(handler)


def check_handler_annotation(handler: object) -> None:
    """Raise TypeError, where a handler is made, for an annotation that no effect can match."""
    _filter.check(handler)


def handler_spec(handler: Any) -> HandlerSpec:
    """How to dispatch to a handler; kept on plain functions."""
    if type(handler) is types.FunctionType:
        kept: HandlerSpec | None = handler.__dict__.get(SPEC)
        if kept is None:
            kept = HandlerSpec(
                handler_effect_types(handler),
                handler.__dict__.get(GENERATOR_FUNCTION),
                handler.__dict__.get(TAIL_LINES, ()),
                _passed(handler),
            )
            setattr(handler, SPEC, kept)
        return kept
    function = bound_generator_function(handler, GENERATOR_FUNCTION)
    lines = () if function is None else handler.__func__.__dict__.get(TAIL_LINES, ())
    return HandlerSpec(handler_effect_types(handler), function, lines, None)


def _passed(handler: types.FunctionType) -> PassedEffects | None:
    source = handler.__dict__.get(PASSES)
    if source is None:
        return None
    try:
        passes, keeps = source()
    except UNREADABLE:
        return None
    some = passes if isinstance(passes, tuple) else (passes,)
    if not some or not all(isinstance(each, type) for each in (*some, *keeps)):
        return None
    return PassedEffects(some, tuple(keeps))


def effect_result_type(effect: object) -> object:
    """The `T` of the `EffectBase[T]` that an effect or its class derives from; `Any` if it never says."""
    found = _answer_type(effect if isinstance(effect, type) else type(effect), {})
    return Any if found is None else found[0]


def _answer_type(kind: type, bound: dict[object, object]) -> tuple[object] | None:
    for base in kind.__dict__.get("__orig_bases__", ()):
        origin = get_origin(base)
        arguments = tuple(bound.get(argument, argument) for argument in get_args(base))
        if origin is EffectBase:
            return (arguments[0],) if arguments else (Any,)
        if isinstance(origin, type) and issubclass(origin, EffectBase):
            found = _answer_type(origin, dict(zip(_parameters(origin), arguments, strict=False)))
            if found is not None:
                return found
    for parent in kind.__bases__:
        if issubclass(parent, EffectBase) and parent is not EffectBase:
            found = _answer_type(parent, bound)
            if found is not None:
                return found
    return None


def _parameters(kind: type) -> list[object]:
    declared = kind.__dict__.get("__parameters__")
    if declared:
        return list(declared)
    arguments = (argument for base in kind.__dict__.get("__orig_bases__", ()) for argument in get_args(base))
    return list(dict.fromkeys(argument for argument in arguments if isinstance(argument, typing.TypeVar)))


class ProgramSignature(NamedTuple):
    """What the annotation of a program function declares: the effects it may yield (None: any) and its result."""

    effects: tuple[object, ...] | None
    result: object


def program_signature(function: object) -> ProgramSignature:
    """Read `Generator[E, Any, T]` from a program function."""
    current: Any = function
    while isinstance(current, types.FunctionType) and current.__dict__.get("__wrapped__") is not None:
        current = current.__dict__["__wrapped__"]
    annotation = _return_annotation(current) if isinstance(current, types.FunctionType) else None
    arguments = get_args(annotation)
    if len(arguments) != 3:
        return ProgramSignature(None, Any)
    yielded, _, result = arguments
    if yielded is Any:
        return ProgramSignature(None, result)
    union = get_origin(yielded) is typing.Union or get_origin(yielded) is types.UnionType
    return ProgramSignature(tuple(get_args(yielded)) if union else (yielded,), result)


def _return_annotation(function: types.FunctionType) -> object:
    try:
        annotation = function.__annotations__.get("return")
        return evaluate(annotation, function) if isinstance(annotation, str) else annotation
    except (*UNREADABLE, Unresolved):
        return None
