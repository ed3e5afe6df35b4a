"""What runs at this moment, kept where a debugger can find it."""

from __future__ import annotations

from typing import Protocol

from sandstep.effects.chain import TaskInfo


class HasTasks(Protocol):
    """Whoever schedules tasks."""

    def task_infos(self) -> list[TaskInfo]:
        """The tasks that have not ended."""

    def cancel(self, task: TaskInfo) -> bool:
        """Cancel a task that does not run now; False if it cannot be."""

    def prefer(self, task: TaskInfo | None) -> None:
        """Let the others run only while this task waits; None lets all take turns again."""


schedulers: list[HasTasks] = []
