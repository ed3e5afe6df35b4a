"""Takes turns among tasks: a handler that keeps the continuations of those that wait.

Every switch is a `Transfer`, so that no chain grows however often tasks take turns. Tasks that are ready run in the order
in which they became so.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any
from weakref import ref

from sandstep.effects import instruments, live
from sandstep.effects.chain import Continuation
from sandstep.effects.errors import TaskCancelledError
from sandstep.effects.installing import Installer
from sandstep.effects.library.tasks import (
    AcquireSemaphore,
    Await,
    Cancel,
    Cell,
    CompletePromise,
    CreatePromise,
    CreateSemaphore,
    FailPromise,
    Gather,
    Promise,
    Race,
    ReleaseSemaphore,
    SchedulerEffect,
    Semaphore,
    Spawn,
    Task,
    TaskEnded,
    Wait,
    Yield,
)
from sandstep.effects.library.turns import Reply, Turn, Turns, cancelled
from sandstep.effects.native import DATA
from sandstep.effects.nodes import (
    AttachTrace,
    Call,
    GetBoundaries,
    Park,
    Transfer,
    TransferThrow,
    WithBoundaries,
    WithHandler,
    WithTask,
)
from sandstep.effects.programs import do

NO_TRACE: dict[str, Any] = {"active_chain": [], "history": []}


class Scheduler(Turns):
    """What one installed scheduler does for each effect."""

    def __init__(self) -> None:
        super().__init__()
        self.serial = 0
        self.replies: dict[type, Callable[[Any, Continuation], Reply]] = {
            Yield: self.on_yield,
            TaskEnded: self.on_task_ended,
            Wait: self.on_wait,
            Gather: self.on_gather,
            Race: self.on_race,
            Cancel: self.on_cancel,
            CreatePromise: self.on_create_promise,
            CompletePromise: self.on_complete_promise,
            FailPromise: self.on_fail_promise,
            CreateSemaphore: self.on_create_semaphore,
            AcquireSemaphore: self.on_acquire,
            ReleaseSemaphore: self.on_release,
            Await: self.on_await,
        }

    def reply(self, effect: SchedulerEffect[Any], k: Continuation) -> Reply:
        """What to do for an effect: the program that continues some task, or None if the next ready one is to go on."""
        return self.replies[type(effect)](effect, k)

    def on_spawn(self, effect: Spawn, k: Continuation, boundaries: list[Any], handler: Any) -> Reply:
        """Make a task; the spawner goes on first."""
        created = effect.created_at
        site = None if created is None else (created.function, created.filename, created.line)
        program = effect.arguments[0]
        turn = self.new_turn(effect.name or task_name(program), None, self.current.info.task_id, site)
        body = task_body(turn, WithBoundaries(boundaries, program))
        turn.program = WithHandler(handler, WithTask(turn.info, body))
        turn.info.status = "ready"
        self.ready.append(turn)
        return Transfer(k, Task(turn.cell))

    def on_yield(self, _effect: Yield, k: Continuation) -> Reply:
        if not self.ready:
            return Transfer(k, None)
        turn = self.current
        turn.k = turn.info.continuation = k
        turn.info.status = "ready"
        self.ready.append(turn)
        return None

    def on_task_ended(self, effect: TaskEnded, _k: Continuation) -> Reply:
        turn, value, error = effect.arguments
        del self.turns[turn.info.task_id]
        info = turn.info
        info.status = "done" if error is None else "cancelled" if isinstance(error, TaskCancelledError) else "failed"
        info.error = error
        if error is not None:
            info.trace = getattr(error, DATA, NO_TRACE)["active_chain"]
        if info.status == "failed":
            number = info.task_id
            self.failed[number] = ref(turn.cell, lambda _: self.failed.pop(number, None))
        self.settle(turn.cell, value, error)
        return None

    def on_wait(self, effect: Wait, k: Continuation) -> Reply:
        (cell,) = cells_of(effect)
        if cell.done:
            return self.answer(cell, k)
        turn = self.suspend(k, lambda: waits_for([cell]))

        def told(done: Cell) -> None:
            self.wake(turn, done.value, None if done.error is None else self.failure(done))

        cell.waiters.append(told)
        turn.leave = lambda: cell.waiters.remove(told)
        return None

    def on_gather(self, effect: Gather, k: Continuation) -> Reply:
        cells = cells_of(effect)
        failed = next((cell for cell in cells if cell.done and cell.error is not None), None)
        if failed is not None:
            return self.answer(failed, k)
        pending = {id(cell): cell for cell in cells if not cell.done}
        if not pending:
            return Transfer(k, [cell.value for cell in cells])
        turn = self.suspend(k, lambda: waits_for(list(pending.values())))

        def told(done: Cell) -> None:
            pending.pop(id(done), None)
            if done.error is not None:
                leave()
                self.wake(turn, None, self.failure(done))
            elif not pending:
                self.wake(turn, [cell.value for cell in cells])

        def leave() -> None:
            for cell in pending.values():
                cell.waiters.remove(told)

        return self.listen(turn, pending, told, leave)

    def on_race(self, effect: Race, k: Continuation) -> Reply:
        cells = cells_of(effect)
        done = next((cell for cell in cells if cell.done), None)
        if done is not None:
            return self.answer(done, k)
        pending = {id(cell): cell for cell in cells}
        turn = self.suspend(k, lambda: waits_for(cells))

        def told(first: Cell) -> None:
            del pending[id(first)]
            leave()
            self.wake(turn, first.value, None if first.error is None else self.failure(first))

        def leave() -> None:
            for cell in pending.values():
                cell.waiters.remove(told)

        return self.listen(turn, pending, told, leave)

    def listen(self, turn: Turn, pending: dict[int, Cell], told: Callable[[Cell], None], leave: Callable[[], None]) -> Reply:
        """Let `told` be called for each of the cells."""
        for cell in pending.values():
            cell.waiters.append(told)
        turn.leave = leave
        return None

    def on_cancel(self, effect: Cancel, k: Continuation) -> Reply:
        (cell,) = cells_of(effect)
        turn = None if cell.task is None else self.turns.get(cell.task.task_id)
        if turn is self.current:
            return TransferThrow(k, cancelled(turn))
        if turn is not None:
            self.cancel_turn(turn)
        return Transfer(k, None)

    def on_create_promise(self, effect: CreatePromise, k: Continuation) -> Reply:
        self.serial += 1
        return Transfer(k, Promise(Cell(f"promise {self.serial}")))

    def on_complete_promise(self, effect: CompletePromise, k: Continuation) -> Reply:
        promise, value = effect.arguments
        return self.keep(promise, value, None, k)

    def on_fail_promise(self, effect: FailPromise, k: Continuation) -> Reply:
        promise, error = effect.arguments
        return self.keep(promise, None, error, k)

    def keep(self, promise: Promise[Any], value: Any, error: BaseException | None, k: Continuation) -> Reply:
        """Give a promise its outcome, once."""
        cell = promise._cell
        if cell.done:
            return TransferThrow(k, RuntimeError(f"{cell.label} has its outcome already"))
        self.settle(cell, value, error)
        return Transfer(k, None)

    def on_create_semaphore(self, effect: CreateSemaphore, k: Continuation) -> Reply:
        (permits,) = effect.arguments
        if not isinstance(permits, int) or permits < 1:
            return TransferThrow(k, ValueError(f"a semaphore has at least one permit, not {permits!r}"))
        self.serial += 1
        return Transfer(k, Semaphore(self.serial, permits))

    def on_acquire(self, effect: AcquireSemaphore, k: Continuation) -> Reply:
        semaphore: Semaphore = effect.arguments[0]
        if semaphore._permits > 0:
            semaphore._permits -= 1
            return Transfer(k, None)
        turn = self.suspend(k, lambda: (f"semaphore {semaphore._serial}", ()))
        semaphore._queue.append(turn)
        turn.leave = lambda: semaphore._queue.remove(turn)
        return None

    def on_release(self, effect: ReleaseSemaphore, k: Continuation) -> Reply:
        semaphore: Semaphore = effect.arguments[0]
        if semaphore._queue:
            self.wake(semaphore._queue.pop(0), None)
        elif semaphore._permits == semaphore._limit:
            return TransferThrow(k, RuntimeError(f"{semaphore!r} was released more often than acquired"))
        else:
            semaphore._permits += 1
        return Transfer(k, None)

    def on_await(self, effect: Await[Any], k: Continuation) -> Reply:
        awaitable = effect.arguments[0]
        name = getattr(awaitable, "__qualname__", type(awaitable).__name__)
        turn = self.suspend(k, lambda: (f"await {name}", ()))
        turn.leave = self.outside.submit(awaitable, lambda value, error: self.wake(turn, value, error))
        return None


def task_name(program: Any) -> str:
    """What a task is called by default: the name of the function that its program calls."""
    function = program._function if isinstance(program, Call) else None
    return getattr(function, "__name__", None) or type(program).__name__


def cells_of(effect: SchedulerEffect[Any]) -> list[Cell]:
    """The tasks and promises that an effect names. Raises TypeError for anything else."""
    for waitable in effect.arguments:
        if not isinstance(waitable, (Task, Promise)):
            raise TypeError(f"{type(effect).__name__} takes tasks and promises, not {type(waitable).__name__}")
    return [waitable._cell for waitable in effect.arguments]


def waits_for(cells: list[Cell]) -> tuple[str, tuple[int, ...]]:
    """In words, and as task numbers, what a task waits for."""
    words = [cell.label if cell.task is None else f"task {cell.task.task_id} ({cell.label})" for cell in cells]
    return ", ".join(words), tuple(cell.task.task_id for cell in cells if cell.task is not None)


@do
def task_body(turn: Turn, program: Any) -> Generator[Any, Any, None]:
    """What runs around the program of a task: it reports the outcome."""
    try:
        value = yield program
    except Exception as error:
        yield AttachTrace(error)
        yield TaskEnded(turn, None, error)
    else:
        yield TaskEnded(turn, value, None)


def new_scheduler() -> Scheduler:
    """A scheduler, which is watched if there is an observer."""
    if instruments.observer is None:
        return Scheduler()
    from sandstep.effects.library.watched import WatchedScheduler

    return WatchedScheduler(instruments.observer)


@do
def scheduled(program: Any) -> Generator[Any, Any, Any]:
    """Run a program with tasks: `scheduler()` as a function of the program."""
    core = new_scheduler()
    live.schedulers.append(core)

    def scheduler(effect: SchedulerEffect[Any], k: Continuation) -> Generator[Any, Any, Any]:
        if isinstance(effect, Spawn):
            boundaries = (yield GetBoundaries(k))[:-1]
            return (yield core.on_spawn(effect, k, boundaries, scheduler))
        following = core.reply(effect, k)
        del k, effect
        while following is None:
            following = core.go_on()
            if following is None:
                yield from outside_or_deadlock(core)
        return (yield following)

    try:
        return (yield WithHandler(scheduler, WithTask(core.current.info, program)))
    finally:
        live.schedulers.remove(core)
        core.close()


hosting = scheduled.__sandstep_program__.__code__  # type: ignore[attr-defined]
"""The code of the frame that holds a scheduler, in its local variable `core`, around a program with tasks."""


def outside_or_deadlock(core: Scheduler) -> Generator[Any, Any, None]:
    """Wait for something outside of the program; if there is nothing, tell the main task that nothing will ever happen."""
    if core.outside.pending:
        yield Park(core.outside)
        return
    main = core.turns[0]
    if main.leave is not None:
        main.leave()
    core.wake(main, None, core.deadlock())


def scheduler() -> Installer:
    """The handler of tasks, promises, semaphores and `Await`."""
    return Installer("scheduler", scheduled)
