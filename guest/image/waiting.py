"""Waiting, as the guest can do it: the host waits, and may wake the guest to look at something. `time.sleep` and asyncio's loop."""

import asyncio
import operator
import select
import time
from asyncio import base_events, events
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

import host_calls
from calls import Calls

_LONGEST = 2**63 - 1


def sleep(seconds: float, /) -> None:
    """Delays execution for a number of seconds, which may be fractional."""
    if isinstance(seconds, float):
        if seconds != seconds:
            raise ValueError("Invalid value NaN (not a number)")
        nanoseconds = seconds * 1e9
    else:
        nanoseconds = operator.index(seconds) * 10**9
    if nanoseconds < 0:
        raise ValueError("sleep length must be non-negative")
    if nanoseconds > _LONGEST:
        raise OverflowError("timestamp too large to convert to C PyTime_t")
    _sleep_until(time.monotonic_ns() + int(nanoseconds))


def _sleep_until(end: int) -> None:
    while (left := end - time.monotonic_ns()) > 0:
        host_calls.wait(left)


CALLS = Calls()
"""The program's calls of the host; there is one event loop that runs at a time, and its idle moment serves them."""


class _Idle:
    """In the place of the selector: nothing can become readable in a sandbox; there are only the answers of the host's callbacks."""

    def select(self, timeout: float | None) -> list[object]:
        nanoseconds = None if timeout is None else max(0, int(timeout * 1e9))
        if CALLS.busy:
            CALLS.exchange(nanoseconds)
        elif nanoseconds != 0:
            host_calls.wait(nanoseconds)
        return []

    def close(self) -> None:
        return


class GuestEventLoop(base_events.BaseEventLoop):
    """asyncio's own loop, whose idle moment is the host's wait."""

    def __init__(self, selector: object = None) -> None:
        super().__init__()
        self._selector = _Idle()
        self._time_matters = True

    on_task: ClassVar[Callable[[asyncio.Task[Any]], None] | None] = None
    """Is told of each new task, if a tracer wants it."""

    def create_task(self, coro: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
        task = super().create_task(coro, **options)
        if GuestEventLoop.on_task is not None:
            GuestEventLoop.on_task(task)
        return task

    def _process_events(self, event_list: list[object]) -> None:
        self._time_matters = bool(self._scheduled)  # type: ignore[attr-defined]  # the timers, which `_run_once` looks at next

    def time(self) -> float:
        if self._time_matters:
            return time.monotonic()
        self._time_matters = True  # `_run_once` asks for the time to compare it with no timer: the host's clock is dear
        return 0.0

    def _write_to_self(self) -> None:
        return  # there is no other thread that could have to wake this one


def _select(rlist: list[object], wlist: list[object], xlist: list[object], timeout: float | None = None, /) -> tuple[list[object], ...]:
    if rlist or wlist or xlist:
        raise OSError("there is nothing to select from in the sandbox: it has no sockets")
    if timeout is None:
        while True:
            host_calls.wait(None)
    sleep(timeout)
    return [], [], []


def install() -> None:
    """Replaces what would wait inside WASI, where the host could neither log the wait nor interrupt it."""
    time.sleep = sleep  # type: ignore[assignment]
    select.select = _select  # type: ignore[assignment]
    policy = events._get_event_loop_policy().__class__
    policy._loop_factory = GuestEventLoop  # type: ignore[attr-defined]
    asyncio.SelectorEventLoop = asyncio.EventLoop = GuestEventLoop  # type: ignore[assignment]
