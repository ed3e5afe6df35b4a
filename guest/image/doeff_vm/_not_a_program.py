"""What somebody may have meant who gave a value in place of a program, and how to put it right."""

from __future__ import annotations

import inspect
import reprlib
import warnings
from types import FunctionType, GeneratorType
from typing import Any

from doeff_vm._effect_types import GENERATOR_FUNCTION, handler_effect_types
from doeff_vm._nodes import Call
from doeff_vm._values import EffectBase


def uncalled_do_function_call(value: object, *, name: str | None = None) -> str | None:
    """The call that makes a program of a `@do` function (`main()` or `main(...)`); None for anything else."""
    if type(value) is not FunctionType:
        return None
    function = value.__dict__.get(GENERATOR_FUNCTION)
    if function is None:
        return None
    various = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    needed = any(each.default is each.empty and each.kind not in various for each in parameters)
    return f"{value.__name__ if name is None else name}({'...' if needed else ''})"


def yielded_not_a_program(value: object) -> str:
    """The message for a `yield` of something that is neither an effect nor a program."""
    call = uncalled_do_function_call(value)
    if call is not None:
        return (
            f"yield got the @do function {getattr(value, '__name__', '')!r} itself, not a program. "
            f"Call the function to build the program, then yield that: yield {call}"
        )
    if type(value) is GeneratorType and value.__name__ != "<genexpr>":
        return (
            f"yield got a generator from {value.__name__!r}, which has no @do. "
            f"Put @do on {value.__name__!r} so that calling it builds a program."
        )
    return (
        f"yield got {reprlib.repr(value)} ({type(value).__name__}), which is neither an effect nor a program. Yield an effect "
        'or a program to get its result (x = yield Ask("key"), x = yield sub()); a plain value needs no yield: use it as it '
        "is, or return it."
    )


def program_shown(value: object) -> str:
    """How a message writes a program that it names."""
    if isinstance(value, Call):
        name = getattr(value._definition._function, "__name__", None)
        if not isinstance(name, str):
            return "program"
        return f"{name}({'...' if value._args or value._kwargs else ''})"
    return uncalled_do_function_call(value) or "program"


def handler_applied_as_a_program(function: object, args: tuple[object, ...], kwargs: Any) -> str | None:
    """The message for a handler body that was called with a program; None if the failed call was something else."""
    if len(args) != 1 or kwargs or isinstance(args[0], EffectBase) or not _takes_effect_and_k(function):
        return None
    name = getattr(function, "__name__", "handler")
    shown = program_shown(args[0])
    return (
        f"{name} takes (effect, k): it is a handler body, not a function that builds a program, so {name}({shown}) cannot run. "
        f"Mark its def with @handler in place of @do: then {name}({shown}) runs the program under it"
    )


def _takes_effect_and_k(function: object) -> bool:
    if type(function) is not FunctionType:
        return False
    code = function.__code__
    if code.co_argcount != 2 or code.co_flags & inspect.CO_VARARGS:
        return False
    if code.co_varnames[1] == "k":
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kinds = handler_effect_types(function)
    return kinds is not None and all(issubclass(kind, EffectBase) for kind in kinds)
