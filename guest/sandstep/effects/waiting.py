"""Waiting for what happens outside of the program: awaitables, on the event loop that runs it or on one of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

    from sandstep.effects.machine import Machine

Outcome = Callable[[Any, BaseException | None], None]


class Outside:
    """The awaitables that a program waits for. `pending` counts them."""

    def __init__(self) -> None:
        self.pending = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._owned = False
        self._tasks: set[asyncio.Future[Any]] = set()
        self._change: asyncio.Future[None] | None = None
        self._noticed = False

    def submit(self, awaitable: Awaitable[Any], tell: Outcome) -> Callable[[], None]:
        """Start an awaitable; `tell` gets its result or its exception. The function that is returned gives it up."""
        import asyncio

        loop = self._event_loop()
        task: asyncio.Future[Any] = asyncio.ensure_future(_awaited(awaitable), loop=loop)
        self.pending += 1
        self._tasks.add(task)

        def done(_: object) -> None:
            if task in self._tasks:
                self._forget(task)
                error = asyncio.CancelledError() if task.cancelled() else task.exception()
                tell(None if error is not None else task.result(), error)
                self.notice()

        def leave() -> None:
            if task in self._tasks:
                self._forget(task)
                task.cancel()

        task.add_done_callback(done)
        return leave

    def _forget(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        self.pending -= 1

    def notice(self) -> None:
        """Something that the program waits for is there: it goes on if it is parked, or is about to be."""
        self._noticed = True
        if self._change is not None and not self._change.done():
            self._change.set_result(None)

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        import asyncio

        if self._loop is None:
            try:
                self._loop = asyncio.get_running_loop()
            except RuntimeError:
                self._loop = asyncio.new_event_loop()
                self._owned = True
        return self._loop

    async def change(self) -> None:
        """Wait until one of the awaitables is done, or something else was noticed since the last time."""
        assert self._loop is not None
        self._change = self._loop.create_future()
        if not self._noticed:
            await self._change
        self._change, self._noticed = None, False

    def run_until_change(self) -> None:
        """The same, for a program that is not run by an event loop. Raises RuntimeError inside of one."""
        if self._loop is None or not self._owned:
            raise RuntimeError("run cannot wait inside a running event loop: use run_async")
        self._loop.run_until_complete(self.change())

    def close(self) -> None:
        """Give up everything that is still waited for."""
        tasks = list(self._tasks)
        self._tasks.clear()
        self.pending = 0
        for task in tasks:
            task.cancel()
        if self._owned and self._loop is not None:
            self._loop.run_until_complete(_let_end(tasks))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
        self._loop = None


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def _let_end(tasks: list[asyncio.Future[Any]]) -> None:
    import asyncio

    await asyncio.gather(*tasks, return_exceptions=True)


def run_parked(machine: Machine, outside: Outside) -> None:
    """Wait for a parked machine, and give it what it needs to go on."""
    try:
        outside.run_until_change()
    except BaseException as error:
        machine.resume_with(None, error)
    else:
        machine.resume_with(None)


async def await_parked(machine: Machine, outside: Outside) -> None:
    """`run_parked` for a machine that an event loop runs."""
    try:
        await outside.change()
    except BaseException as error:
        machine.resume_with(None, error)
    else:
        machine.resume_with(None)
