"""Functions that raise without leaving a trace of themselves.

Every Python function that an exception passes through adds itself to the traceback. A function made by `quiet` has ended
before its exception is raised: builtins written in C raise it, so that the caller's frame is the first one in the traceback.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import Any, ParamSpec, TypeVar

from sandstep.effects.own_frames import without_own

P = ParamSpec("P")
T = TypeVar("T")


def _ended_generator() -> Generator[None, None, None]:
    return
    yield


_ended = _ended_generator()
next(_ended, None)


class _Raising:
    """The `__init__` of `_Outcome`: a builtin that takes any arguments and raises.

    `str.format` reads an attribute, which is a property whose getter is `next` of an iterator, whose next item is made by
    throwing into a generator that has ended.
    """

    def __get__(self, outcome: Any, owner: type) -> Any:
        if outcome is None:
            return self
        getter = functools.partial(next, map(_ended.throw, (outcome.raised,)))
        del outcome.raised
        holder = type("Holder", (), {"raised": property(getter)})
        return functools.partial("{0.raised}".format, holder())


class _Outcome:
    """Called with a function and its arguments, this answers the function's value.

    Where the function raised, `__new__` answers an instance, and Python goes on to call `__init__` on that.
    """

    raised: BaseException
    __init__: Any = _Raising()

    def __new__(cls, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            error.__traceback__ = without_own(error.__traceback__)
            outcome = object.__new__(cls)
            outcome.raised = error
            return outcome


def quiet(function: Callable[P, T]) -> Callable[P, T]:
    """The function, without its own frame in the tracebacks of what it raises."""
    return functools.update_wrapper(functools.partial(_Outcome, function), function)


def quiet_method(function: Callable[..., T]) -> Any:
    """`quiet` for a method."""
    return property(lambda self: functools.partial(_Outcome, function, self), doc=function.__doc__)
