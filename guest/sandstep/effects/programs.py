"""Writing and running programs: `do`, `run` and `run_async`."""

from __future__ import annotations

import functools
import inspect as _inspect
from collections.abc import Callable, Generator, Iterable, Mapping
from types import GeneratorType
from typing import Any, ParamSpec, TypeVar, overload

from sandstep.effects.effect import Effect
from sandstep.effects.instruments import new_machine
from sandstep.effects.live import entrance
from sandstep.effects.machine import Machine, Parked
from sandstep.effects.native import FACE
from sandstep.effects.nodes import Call, Program, WithHandler
from sandstep.effects.own_frames import without_own
from sandstep.effects.raising import quiet
from sandstep.effects.tail import tail_offsets

P = ParamSpec("P")
T = TypeVar("T")


@overload
def do(function: Callable[P, Generator[Any, Any, T]], /) -> Callable[P, Program[T]]: ...
@overload
def do(function: Callable[P, T], /) -> Callable[P, Program[T]]: ...
def do(function: Callable[P, Any], /) -> Callable[P, Program[Any]]:
    """Make a generator function one that builds programs: calling it runs nothing, `yield`ing or running the result does.

    A function without `yield` is a program too; what it returns is the program's value. Raises TypeError for `async def`.
    """
    if _inspect.iscoroutinefunction(function) or _inspect.isasyncgenfunction(function):
        raise TypeError(f"@do takes a generator function; write `yield Await(...)` in place of `await` in {function.__name__}")
    code = getattr(function, "__code__", None)
    tails = frozenset[int]() if code is None else tail_offsets(code)

    @functools.wraps(function)
    def program(*args: P.args, **kwargs: P.kwargs) -> Program[Any]:
        return Call(function, args, kwargs, tails)

    program.__sandstep_program__ = function  # type: ignore[attr-defined]
    return program


def with_handlers(handlers: Iterable[Any], program: Any) -> Any:
    """A program under several handlers, the first of which is the outermost."""
    for handler in reversed(list(handlers)):
        program = WithHandler(handler, program)
    return program


def prepared(program: Any, handlers: Iterable[Any] | None, env: Mapping[Any, Any] | None, state: Mapping[Any, Any] | None) -> Any:
    """A program under the handlers that `run` was asked to give it."""
    from sandstep.effects.library import default_handlers, reader, state_of

    if handlers is None:
        return with_handlers(default_handlers(env, state), program)
    given = list(handlers)
    if env is not None:
        given.insert(0, reader(env))
    if state is not None:
        given.insert(0, state_of(state))
    return with_handlers(given, program)


@quiet
@entrance
def run(
    program: Program[T] | Effect[T],
    handlers: Iterable[Any] | None = None,
    env: Mapping[Any, Any] | None = None,
    state: Mapping[Any, Any] | None = None,
) -> T:
    """Run a program to its end and return its value, or raise the exception that it ended with.

    `handlers` are in force around it, the first outermost; without them it gets `default_handlers()`. `env` is what `Ask`
    finds, `state` what `Get` finds first. What a program dies of carries `__doeff_traceback_data__`, and is shown on stderr
    as an effect traceback if nothing catches it. Raises TypeError if `program` is not one.
    """
    from sandstep.effects.waiting import run_parked

    machine = new_machine(FACE)
    wait: Any = None
    try:
        machine.start(prepared(_checked(machine, program), handlers, env, state))
        while True:
            try:
                machine.advance()
                break
            except Parked as parked:
                wait = parked.wait
            run_parked(machine, wait)
        return machine.outcome()  # type: ignore[no-any-return]
    except BaseException as error:
        finish(machine, error)
        raise


@entrance
async def run_async(
    program: Program[T] | Effect[T],
    handlers: Iterable[Any] | None = None,
    env: Mapping[Any, Any] | None = None,
    state: Mapping[Any, Any] | None = None,
) -> T:
    """`run` inside an event loop: while every task of the program waits, the loop runs other things."""
    from sandstep.effects.waiting import await_parked

    machine = new_machine(FACE)
    wait: Any = None
    try:
        machine.start(prepared(_checked(machine, program), handlers, env, state))
        while True:
            try:
                machine.advance()
                break
            except Parked as parked:
                wait = parked.wait
            await await_parked(machine, wait)
        return machine.outcome()  # type: ignore[no-any-return]
    except BaseException as error:
        finish(machine, error)
        raise


def _checked(machine: Machine, program: Any) -> Any:
    if callable(program) and hasattr(program, "__sandstep_program__"):
        raise TypeError(f"run got {program.__name__} itself, not a program: call it, run({program.__name__}(...))")
    if type(program) is GeneratorType:
        raise TypeError(f"run got a generator of {program.__name__}: decorate {program.__name__} with @do")
    if not machine.is_program(program):
        raise FACE.not_runnable(program)
    return program


def finish(machine: Machine, error: BaseException) -> None:
    """Complete what an error that leaves a run carries: its trace, and a traceback without frames of the machine."""
    from sandstep.effects.reporting import watch

    FACE.attach_trace(machine, error)
    watch()
    error.__traceback__ = without_own(error.__traceback__)
