"""What runs at this moment, kept where a debugger can find it."""

from __future__ import annotations

from types import CodeType
from typing import Any, Protocol, TypeVar

from sandstep.effects.chain import TaskInfo

Function = TypeVar("Function", bound=Any)


class HasTasks(Protocol):
    """Whoever schedules tasks."""

    def task_infos(self) -> list[TaskInfo]:
        """The tasks that have not ended, and those that failed and whose outcome nobody has taken."""

    def task_info(self, number: int) -> TaskInfo | None:
        """The task of a number, None once it has ended."""

    def cancel(self, task: TaskInfo) -> bool:
        """Cancel a task that does not run now; False if it cannot be."""

    def hold(self, task: TaskInfo, held: bool) -> None:
        """Let a task run only while no other is ready, or no longer."""

    def prefer(self, task: TaskInfo | None) -> None:
        """Let the others run only while this task waits; None lets all take turns again."""


schedulers: list[HasTasks] = []

entrances: set[CodeType] = set()
"""The codes of the functions that run a program."""


def entrance(function: Function) -> Function:
    """Declares a function that runs a program; its local variable `machine` holds the machine."""
    entrances.add(function.__code__)
    return function
