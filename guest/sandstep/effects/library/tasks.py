"""The effects of concurrent programs, and the handles that they give."""

from __future__ import annotations

from collections.abc import Awaitable
from sys import _getframe
from typing import Any, Generic, TypeVar

from sandstep.effects.chain import TaskInfo
from sandstep.effects.effect import Effect

T = TypeVar("T")


class Cell:
    """Something that will have a value or an error: the common part of tasks and promises. `waiters` are told once it has."""

    __slots__ = ("__weakref__", "done", "error", "label", "task", "value", "waiters")

    def __init__(self, label: str, task: TaskInfo | None = None) -> None:
        self.label = label
        self.task = task
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None
        self.waiters: list[Any] = []


class Task(Generic[T]):
    """A spawned program, to be waited for or cancelled."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    @property
    def task_id(self) -> int:
        """Its number; numbers are not used again within a run."""
        assert self._cell.task is not None
        return self._cell.task.task_id

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._cell.done

    def __repr__(self) -> str:
        return f"Task({self.task_id}, {self._cell.label!r})"


class Promise(Generic[T]):
    """A value that some task will provide."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def __repr__(self) -> str:
        return f"Promise({self._cell.label!r})"


class Semaphore:
    """A number of permits that tasks take turns in holding."""

    __slots__ = ("_limit", "_permits", "_queue", "_serial")

    def __init__(self, serial: int, permits: int) -> None:
        self._serial = serial
        self._limit = self._permits = permits
        self._queue: list[Any] = []

    def __repr__(self) -> str:
        return f"Semaphore({self._serial}, {self._permits} of {self._limit} free)"


class SchedulerEffect(Effect[T]):
    """The base of what the scheduler answers."""

    __slots__ = ("arguments",)

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.arguments))})"


class Spawn(SchedulerEffect[Task[Any]]):
    """Run a program as a task of its own, under the handlers that are in force here. The answer is the Task."""

    __slots__ = ("name",)

    def __init__(self, program: Any, name: str | None = None) -> None:
        self.arguments = (program,)
        self.name = name
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti


class Wait(SchedulerEffect[Any]):
    """The value of a task or a promise; raises what it failed with."""

    __slots__ = ()


class Gather(SchedulerEffect[list[Any]]):
    """The values of several tasks or promises, in the order given; raises the first failure as soon as there is one."""

    __slots__ = ()


class Race(SchedulerEffect[Any]):
    """The value of whichever task or promise ends first, or its failure. The others go on."""

    __slots__ = ()


class Cancel(SchedulerEffect[None]):
    """Cancel a task: TaskCancelledError is raised where it waits. What has ended already is left alone."""

    __slots__ = ()


class Yield(SchedulerEffect[None]):
    """Let the other tasks that are ready have their turn."""

    __slots__ = ()


class CreatePromise(SchedulerEffect[Promise[Any]]):
    """A new promise."""

    __slots__ = ()


class CompletePromise(SchedulerEffect[None]):
    """Give a promise its value; RuntimeError if it has one or has failed."""

    __slots__ = ()


class FailPromise(SchedulerEffect[None]):
    """Let a promise fail with an exception; RuntimeError if it has a value or has failed."""

    __slots__ = ()


class CreateSemaphore(SchedulerEffect[Semaphore]):
    """A new semaphore of so many permits, at least one."""

    __slots__ = ()


class AcquireSemaphore(SchedulerEffect[None]):
    """Take a permit; waits, first come first served, while there is none."""

    __slots__ = ()


class ReleaseSemaphore(SchedulerEffect[None]):
    """Give a permit back; RuntimeError if more are given back than were taken."""

    __slots__ = ()


class Await(SchedulerEffect[T]):
    """The result of an awaitable. Other tasks run meanwhile."""

    __slots__ = ()

    def __init__(self, awaitable: Awaitable[T]) -> None:
        self.arguments = (awaitable,)
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        awaitable = self.arguments[0]
        return f"Await({getattr(awaitable, '__qualname__', type(awaitable).__name__)})"


class TaskEnded(SchedulerEffect[None]):
    """What the program around each task performs last."""

    __slots__ = ()
