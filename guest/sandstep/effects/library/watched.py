"""A scheduler that tells an observer of its tasks. It is only there where there is one."""

from __future__ import annotations

from typing import Any

from sandstep.effects.instruments import Observer
from sandstep.effects.library.scheduler import Scheduler
from sandstep.effects.library.tasks import Cell
from sandstep.effects.library.turns import Reply, Turn


class WatchedScheduler(Scheduler):
    """Tells when a task is made, takes its turn, and ends."""

    def __init__(self, told: Observer) -> None:
        self._observer = told
        super().__init__()
        self._main = self.current.info
        told.task_runs(self._main, self._main)

    def new_turn(self, name: str, program: Any, parent: int | None, site: tuple[str, str, int] | None) -> Turn:
        turn = super().new_turn(name, program, parent, site)
        self._observer.task_made(turn.info)
        return turn

    def go_on(self) -> Reply:
        before = self.current
        following = super().go_on()
        if self.current is not before:
            self._observer.task_runs(self.current.info, self._main)
        return following

    def settle(self, cell: Cell, value: Any, error: BaseException | None) -> None:
        if cell.task is not None:
            self._observer.task_ended(cell.task)
        super().settle(cell, value, error)

    def close(self) -> None:
        super().close()
        self._observer.scheduler_ended(self._main)
