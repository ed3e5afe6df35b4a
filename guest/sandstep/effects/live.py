"""What runs at this moment, kept where a debugger can find it."""

from __future__ import annotations

from typing import Protocol

from sandstep.effects.chain import TaskInfo


class HasTasks(Protocol):
    """Whoever schedules tasks."""

    def task_infos(self) -> list[TaskInfo]:
        """The tasks that have not ended."""


schedulers: list[HasTasks] = []
