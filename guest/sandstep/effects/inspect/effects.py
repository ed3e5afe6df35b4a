"""What effects and the runtime's other objects say, without asking those of the program's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sandstep.effects.dispatch import perform
from sandstep.effects.face import Face
from sandstep.effects.library.tasks import Await, Promise, SchedulerEffect, Semaphore, Task
from sandstep.effects.traceback import DoeffTraceback


def fields(effect: object) -> list[tuple[str, object]]:
    """What an effect says: its public attributes in the order in which they were declared, its arguments one by one."""
    found: dict[str, object] = {}
    for name in (name for kind in reversed(type(effect).__mro__) for name in kind.__dict__.get("__slots__", ()) if isinstance(name, str)):
        if not name.startswith("_"):
            with contextlib.suppress(AttributeError):
                found[name] = object.__getattribute__(effect, name)
    with contextlib.suppress(AttributeError):
        found |= {name: value for name, value in object.__getattribute__(effect, "__dict__").items() if not name.startswith("_")}
    if isinstance(effect, SchedulerEffect):
        arguments = found.pop("arguments")
        assert isinstance(arguments, tuple)
        return [*((str(index), value) for index, value in enumerate(arguments)), *found.items()]
    return list(found.items())


def short(value: object) -> str | None:
    """A task, a promise or a semaphore in few words, without the names that the program gave; None for anything else."""
    if type(value) is Task:
        return f"Task({value.task_id})"
    if type(value) is Promise:
        return f"Promise({value._cell.label.removeprefix('promise ')})"
    return f"Semaphore({value._serial})" if type(value) is Semaphore else None


def awaited(effect: object) -> object:
    """The awaitable whose result an effect asks for; None for other effects."""
    return effect.arguments[0] if isinstance(effect, Await) else None


def effect_types() -> Iterator[type]:
    """Every type of effects that there is."""
    faces = _subclasses(Face)
    roots = {kind for face in faces for kind, operation in getattr(face, "operations", {}).items() if operation is perform}
    for root in roots:
        yield from _subclasses(root)


def _subclasses(root: type) -> Iterator[type]:
    seen, waiting = set(), [root]
    while waiting:
        kind = waiting.pop()
        if id(kind) not in seen:
            seen.add(id(kind))
            yield kind
            waiting += type.__subclasses__(kind)


def report(error: BaseException) -> str:
    """The effect traceback that an exception carries, as it is printed. Raises ValueError if it carries none."""
    found = DoeffTraceback.of(error)
    if found is None:
        raise ValueError("the exception did not come out of a program of effects")
    return found.format_default()
