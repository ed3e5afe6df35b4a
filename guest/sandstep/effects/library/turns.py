"""The tasks of a scheduler that have not ended, and whose turn it is."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any
from weakref import ref

from sandstep.effects.chain import Continuation, TaskInfo
from sandstep.effects.errors import DeadlockError, TaskCancelledError
from sandstep.effects.library.tasks import Cell
from sandstep.effects.native import DATA
from sandstep.effects.nodes import TailEval, Transfer, TransferThrow
from sandstep.effects.waiting import Outside

Reply = Any
"""A program that continues some task."""


class Turn:
    """What the scheduler knows of a task: where it goes on and with what."""

    __slots__ = ("cell", "error", "info", "k", "leave", "program", "value")

    def __init__(self, info: TaskInfo, program: Any) -> None:
        self.info = info
        self.cell = Cell(info.name, info)
        self.program = program
        self.k: Continuation | None = None
        self.value: Any = None
        self.error: BaseException | None = None
        self.leave: Callable[[], None] | None = None


class Turns:
    """Tasks that take turns in the order in which they became ready, unless a debugger prefers one or holds some back."""

    def __init__(self) -> None:
        self.ready: deque[Turn] = deque()
        self.turns: dict[int, Turn] = {}
        self.failed: dict[int, ref[Cell]] = {}
        self.preferred: Turn | None = None
        self.held: set[int] = set()
        self.next_id = 0
        self.outside = Outside()
        self.current = self.new_turn("main", None, None, None)
        self.current.info.status = "running"

    def new_turn(self, name: str, program: Any, parent: int | None, site: tuple[str, str, int] | None) -> Turn:
        """A new task, known but not yet ready."""
        info = TaskInfo(self.next_id, name, parent, site, created=time.monotonic(), scheduler=self)
        self.next_id += 1
        turn = self.turns[info.task_id] = Turn(info, program)
        return turn

    def task_infos(self) -> list[TaskInfo]:
        """The tasks that have not ended, and those that failed and whose outcome nobody has taken."""
        failed = [cell.task for each in self.failed.values() if (cell := each()) is not None and cell.task is not None]
        return [turn.info for turn in self.turns.values()] + failed

    def task_info(self, number: int) -> TaskInfo | None:
        """The task of a number, None once it has ended."""
        turn = self.turns.get(number)
        return None if turn is None else turn.info

    def wake(self, turn: Turn, value: Any, error: BaseException | None = None) -> None:
        """Let a waiting task go on, when its turn comes."""
        turn.value, turn.error = value, error
        turn.leave = None
        info = turn.info
        info.status, info.wait = "ready", None
        self.ready.append(turn)

    def suspend(self, k: Continuation, wait: Callable[[], tuple[str, tuple[int, ...]]]) -> Turn:
        """The running task waits; `wait` says for what."""
        turn = self.current
        turn.k = k
        info = turn.info
        info.status, info.wait, info.continuation = "waiting", wait, k
        return turn

    def go_on(self) -> Reply:
        """The program that continues the next task; None if no task is ready."""
        while self.ready:
            turn = self.next_ready()
            if turn.cell.done:
                continue
            self.current = turn
            info = turn.info
            info.status, info.continuation = "running", None
            k, turn.k = turn.k, None
            if k is None:
                program, turn.program = turn.program, None
                return TailEval(program)
            value, error = turn.value, turn.error
            turn.value = turn.error = None
            return Transfer(k, value) if error is None else TransferThrow(k, error)
        return None

    def next_ready(self) -> Turn:
        """Take the task whose turn it is off the queue."""
        preferred = self.preferred
        if preferred is not None and preferred in self.ready:
            self.ready.remove(preferred)
            return preferred
        if self.held:
            free = next((turn for turn in self.ready if turn.info.task_id not in self.held), None)
            if free is not None:
                self.ready.remove(free)
                return free
        return self.ready.popleft()

    def close(self) -> None:
        """Forget all tasks: those that have not ended are closed."""
        turns = list(self.turns.values())
        self.turns.clear()
        self.ready.clear()
        self.outside.close()
        for turn in turns:
            turn.k = turn.info.continuation = turn.leave = turn.program = None
            turn.cell.waiters.clear()

    def deadlock(self) -> DeadlockError:
        """The error that says who waits for whom."""
        waiting = [turn.info for turn in self.turns.values() if turn.info.status == "waiting"]
        lines = [f"task {info.task_id} ({info.name}) waits for {info.waits_for}" for info in waiting]
        return DeadlockError("all tasks wait for each other:\n  " + "\n  ".join(lines))

    def settle(self, cell: Cell, value: Any, error: BaseException | None) -> None:
        """Give a task or promise its outcome and tell those that wait for it."""
        cell.done, cell.value, cell.error = True, value, error
        waiters, cell.waiters = cell.waiters, []
        for waiter in waiters:
            waiter(cell)

    def failure(self, cell: Cell) -> BaseException:
        """The error of a cell, with the trace of the task that it comes from."""
        error = cell.error
        assert error is not None
        if cell.task is not None:
            self.failed.pop(cell.task.task_id, None)
        if cell.task is not None and cell.task.trace is not None:
            setattr(error, DATA, {"active_chain": cell.task.trace, "history": []})
        return error

    def answer(self, cell: Cell, k: Continuation) -> Reply:
        """Go on at once with the outcome of a cell that is done."""
        return Transfer(k, cell.value) if cell.error is None else TransferThrow(k, self.failure(cell))

    def cancel_turn(self, turn: Turn) -> None:
        """Cancel a task that does not run now; one that has ended is left alone."""
        if turn.cell.done:
            return
        error = cancelled(turn)
        if turn.k is None:
            del self.turns[turn.info.task_id]
            turn.program, turn.info.status = None, "cancelled"
            self.settle(turn.cell, None, error)
        elif turn.leave is not None:
            turn.leave()
            self.wake(turn, None, error)
        else:
            turn.value, turn.error = None, error

    def cancel(self, task: TaskInfo) -> bool:
        """Cancel a task from outside of the program, while it stands still; False for the one that runs."""
        turn = self.turns.get(task.task_id)
        if turn is None or turn.info.status == "running":
            return False
        self.cancel_turn(turn)
        self.outside.notice()
        return True

    def hold(self, task: TaskInfo, held: bool) -> None:
        """Let a task run only while no other is ready, or no longer."""
        (self.held.add if held else self.held.discard)(task.task_id)

    def prefer(self, task: TaskInfo | None) -> None:
        """Give a task every turn that it can take, as long as it does not wait; with None all take turns again."""
        self.preferred = None if task is None else self.turns.get(task.task_id)


def cancelled(turn: Turn) -> TaskCancelledError:
    """What a task is told when it is cancelled."""
    return TaskCancelledError(f"task {turn.info.task_id} ({turn.info.name}) was cancelled")
