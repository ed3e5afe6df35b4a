"""What asyncio's futures and tasks say of themselves, read where C keeps it: a subclass of the program's is never asked."""

import asyncio
from _asyncio import Future as _CFuture
from _asyncio import Task as _CTask
from asyncio import tasks as _tasks
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from .. import objects
from ..own import keep_builtins

keep_builtins(globals())

_PyTask: Any = _tasks._PyTask  # type: ignore[attr-defined]
_GATHERING = _tasks._GatheringFuture  # type: ignore[attr-defined]
_get_coro, _get_name, _done = _CTask.get_coro, _CTask.get_name, _CFuture.done
_callbacks: Any = _CFuture.__dict__["_callbacks"].__get__
_fut_waiter: Any = _CTask.__dict__["_fut_waiter"].__get__
_ASKED = {name: objects.in_class(_CTask, name) for name in ("done", "get_loop", "__hash__", "__eq__", "__getattribute__")}


def can_be_listed() -> bool:
    """Whether asyncio can list its tasks and runs no code of the program's for it: it asks those of the program's classes."""
    return all(objects.in_class(kind, name) is own for kind in _kinds(_CTask) for name, own in _ASKED.items())


def _kinds(kind: type) -> Iterator[type]:
    """The classes that derive from a class."""
    derived: list[type] = type.__subclasses__(kind)
    for each in derived:
        yield each
        yield from _kinds(each)


def is_task(value: object) -> bool:
    """Whether a value is a task, of C's kind or of Python's."""
    return objects.is_a(value, _CTask) or objects.is_a(value, _PyTask)


def _read(future: Any, name: str) -> Any:
    """A field, by the name that Python's futures have for it; None where there is none."""
    for kind in (_CTask, _CFuture):
        if objects.is_a(future, kind):
            descriptor = kind.__dict__.get(name)
            if descriptor is not None:
                return descriptor.__get__(future)
    return (objects.instance_dict(future) or {}).get(name)


def coroutine_of(task: Any) -> Any:
    """The coroutine that a task runs."""
    return _get_coro(task) if type(task) is _CTask or objects.is_a(task, _CTask) else _read(task, "_coro")


def given_name(task: Any) -> str:
    """The name of a task, which asyncio makes up where none was given."""
    name = _get_name(task) if type(task) is _CTask or objects.is_a(task, _CTask) else _read(task, "_name")
    return str.__str__(name) if isinstance(name, str) else ""


def is_done(future: Any) -> bool:
    return _done(future) if type(future) is _CTask or objects.is_a(future, _CFuture) else _read(future, "_state") != "PENDING"


def is_cancelled(future: Any) -> bool:
    return bool(_CFuture.cancelled(future)) if objects.is_a(future, _CFuture) else _read(future, "_state") == "CANCELLED"


def failure(future: Any) -> BaseException | None:
    """The exception that it ended with. Asking is not taking: asyncio still says so if nobody takes it."""
    error = _read(future, "_exception")
    return error if objects.is_a(error, BaseException) else None


def is_untaken(task: Any) -> bool:
    """Whether a task has failed and nobody has asked for its outcome."""
    return bool(_read(task, "_log_traceback") or _read(task, "_Future__log_traceback"))


def waits_on(task: Any) -> Any:
    """The future that a task awaits; None for one that is ready."""
    return _fut_waiter(task) if type(task) is _CTask else _read(task, "_fut_waiter")


def awaiting(future: Any) -> list[Any]:
    """The tasks that await a future; asyncio keeps them."""
    found = _read(future, "_asyncio_awaited_by") or _read(future, "_Future__asyncio_awaited_by")
    return [each for each in found if is_task(each)] if type(found) in (set, frozenset) else []


def completers(future: Any) -> list[Any]:
    """The tasks that will complete a future, where that can be told: itself, those that are gathered, or that it shields."""
    kind = type(future)
    if kind is not _CFuture and is_task(future):
        return [future]
    if kind is _GATHERING:
        return [task for each in object.__getattribute__(future, "_children") for task in completers(each)]
    told = _callbacks(future) if kind is _CFuture else _read(future, "_callbacks")
    callbacks = [each[0] for each in told or () if type(each[0]) is FunctionType]
    return [each for function in callbacks for each in _closed_over(function) if is_task(each)]


def _closed_over(function: FunctionType) -> list[Any]:
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:
            pass
    return found


assert asyncio.Task is _CTask, "the image's asyncio is C's"
