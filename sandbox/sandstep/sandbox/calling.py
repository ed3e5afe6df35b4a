"""Runs the callbacks that one program calls: sync ones in threads, async ones in an event loop, any number at a time."""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Protocol

import msgspec

from .channel import Closed
from .lending import Work
from .limits import LimitReached, Limits, RunError, of_limit
from .messages import SERIAL
from .offering import Callback

_calls = msgspec.json.Decoder(list[list[msgspec.Raw]])
_number, _name = msgspec.json.Decoder(int), msgspec.json.Decoder(str)
_ANSWER = 16 << 20


class Caller(Protocol):
    """Who calls, and gets the answers; `runs` is the number of the run."""

    runs: int

    def send(self, *frames: bytes) -> None:
        """For any thread. Raises Closed."""


class _Threads:
    """Daemon threads that are kept for the next call: one that never returns is left alone, and does not keep the process from ending."""

    def __init__(self) -> None:
        self._idle: deque[SimpleQueue[Callable[[], None]]] = deque()

    def run(self, work: Callable[[], None]) -> None:
        try:
            queue = self._idle.pop()
        except IndexError:
            queue = SimpleQueue()
            threading.Thread(target=self._serve, args=(queue,), daemon=True, name="sandstep callback").start()
        queue.put(work)

    def _serve(self, queue: "SimpleQueue[Callable[[], None]]") -> None:
        while True:
            queue.get()()
            self._idle.append(queue)


THREADS = _Threads()


class _Loop:
    """An event loop in a thread, for the async callbacks of programs that are run by code that has none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True, name="sandstep callbacks").start()
            return self._loop


_LOOP = _Loop()


class Calling:
    """The calls of one run. `take` and `overdue` are for the thread that reads what the guest says."""

    def __init__(self, callbacks: Mapping[str, Callback], limits: Limits, line: Caller, loop: asyncio.AbstractEventLoop | None) -> None:
        self._callbacks, self._limits, self._line, self._loop = callbacks, limits, line, loop
        self._head = b"a" + SERIAL.pack(line.runs)  # an answer that is late must not be taken for one of the worker's next run
        self._lock = threading.Lock()
        self._count = 0
        self._running: dict[int, tuple[str, float, bool, Future[Any] | None]] = {}
        self._queue: deque[tuple[int, str, msgspec.Raw]] = deque()

    def take(self, frame: bytes) -> None:
        """What the guest wants to call. Raises LimitReached; msgspec.MsgspecError or ValueError for what no honest guest says."""
        for call in _calls.decode(frame):
            if len(call) == 1:
                self._give_up(_number.decode(call[0]))
                continue
            number, name, arguments = call
            self._count += 1
            if self._limits.callbacks is not None and self._count > self._limits.callbacks:
                raise of_limit("callbacks", self._limits)
            self._queue.append((_number.decode(number), _name.decode(name), arguments))
        self._start_waiting()

    def lone(self, frame: bytes) -> Work | None:
        """The work of a frame that begins one call of a sync function, while none is under way; None for all else: then `take` it."""
        try:
            calls = _calls.decode(frame[1:]) if frame[:1] == b"c" else ()
            if len(calls) != 1 or len(calls[0]) != 3:
                return None
            number, callback = _number.decode(calls[0][0]), self._callbacks.get(_name.decode(calls[0][1]))
        except (msgspec.MsgspecError, ValueError):
            return None
        if callback is None or callback.is_async or (self._limits.callbacks is not None and self._count >= self._limits.callbacks):
            return None
        with self._lock:
            if self._running or self._queue:
                return None
            self._count += 1
            self._running[number] = callback.name, *self._until(callback), None
        return lambda: self._decode_and_call(number, callback, calls[0][2])

    def _decode_and_call(self, number: int, callback: Callback, raw: msgspec.Raw) -> None:
        arguments = self._decoded(number, callback, raw)
        if arguments is not None:
            self._call(number, callback, arguments)

    def _decoded(self, number: int, callback: Callback, raw: msgspec.Raw) -> dict[str, Any] | None:
        """The arguments of a call; one with arguments that its function does not take is answered, and has none."""
        try:
            return callback.decode(raw)
        except msgspec.MsgspecError as error:
            self._finish(number, _failure("TypeError", f"{callback.name}: {error}"))
            return None

    def _start_waiting(self) -> None:
        while True:
            with self._lock:
                if not self._queue or len(self._running) >= self._limits.callbacks_at_once:
                    return
                number, name, arguments = self._queue.popleft()
                callback = self._callbacks.get(name)
                if callback is not None:
                    until, ends = self._until(callback)
                    self._running[number] = name, until, ends, None
            if callback is None:
                offered = ", ".join(self._callbacks) or "none"
                self._answer(number, _failure("LookupError", f"there is no callback {name[:100]!r}; the host offers: {offered}"))
            else:
                self._start(number, callback, arguments)

    def _until(self, callback: Callback) -> tuple[float, bool]:
        """When a call that begins now is overdue, and whether that ends the run."""
        now, own, limit = time.monotonic(), callback.timeout, self._limits.callback_time
        if own is not None and (limit is None or own < limit):
            return now + own, False
        return (now + limit, True) if limit is not None else (float("inf"), False)

    def _start(self, number: int, callback: Callback, raw: msgspec.Raw) -> None:
        if not callback.is_async:
            THREADS.run(lambda: self._decode_and_call(number, callback, raw))
            return
        arguments = self._decoded(number, callback, raw)
        if arguments is None:
            return
        future = asyncio.run_coroutine_threadsafe(self._call_async(number, callback, arguments), self._loop or _LOOP.get())
        with self._lock:
            if number in self._running:
                self._running[number] = (*self._running[number][:3], future)

    def _call(self, number: int, callback: Callback, arguments: dict[str, Any]) -> None:
        try:
            answer = _success(callback.function(**arguments))
        except BaseException as error:
            answer = _raised(error)
        self._finish(number, answer)

    async def _call_async(self, number: int, callback: Callback, arguments: dict[str, Any]) -> None:
        try:
            answer = _success(await callback.function(**arguments))
        except asyncio.CancelledError:
            self._finish(number, _failure("RuntimeError", "the host cancelled the call"))
            raise
        except BaseException as error:
            answer = _raised(error)
        self._finish(number, answer)

    def _finish(self, number: int, answer: bytes) -> None:
        with self._lock:
            known = self._running.pop(number, None)
        if known is not None:
            self._answer(number, answer)
            if self._queue:
                self._start_waiting()

    def _answer(self, number: int, answer: bytes) -> None:
        with contextlib.suppress(Closed):
            self._line.send(b"%b[%d,%b]" % (self._head, number, answer))

    def _give_up(self, number: int) -> None:
        """The program no longer waits for this call: an async one is cancelled, a thread cannot be."""
        with self._lock:
            known = self._running.pop(number, None)
        if known is not None and known[3] is not None:
            known[3].cancel()
        self._start_waiting()

    def patience(self) -> float | None:
        """Seconds until a call is overdue; None if none can be."""
        with self._lock:
            first = min((until for _, until, _, _ in self._running.values()), default=float("inf"))
        return None if first == float("inf") else max(0.0, first - time.monotonic())

    def overdue(self) -> LimitReached | None:
        """Answers the calls that have taken too long with a TimeoutError; the error, if one of them ends the run."""
        now = time.monotonic()
        with self._lock:
            late = [(number, *known) for number, known in self._running.items() if known[1] <= now]
        for number, name, _, ends, _ in late:
            if ends:
                return _overdue(name, self._limits)
            self._give_up(number)
            self._answer(number, _failure("TimeoutError", f"{name} took longer than its limit of {self._callbacks[name].timeout:g} s"))
        return None

    def stop(self) -> None:
        """The run is over: nobody waits for an answer any more."""
        with self._lock:
            running, self._running = list(self._running.values()), {}
            self._queue.clear()
        for *_, future in running:
            if future is not None:
                future.cancel()


def _overdue(name: str, limits: Limits) -> LimitReached:
    return of_limit("callback_time", limits, name)


def _success(value: object) -> bytes:
    answer = msgspec.json.encode(value)
    if len(answer) > _ANSWER:
        raise ValueError(f"the answer is longer than {_ANSWER >> 20} MiB")
    return b"true," + answer


def _raised(error: BaseException) -> bytes:
    if isinstance(error, RunError):
        return _failure("RuntimeError", str(error))
    try:
        words = error.args[0] if type(error) is KeyError and error.args else error  # its `str` is the key's `repr`
        return _failure(type(error).__name__, str(words))
    except Exception:
        return _failure(type(error).__name__, "")


def _failure(kind: str, message: str) -> bytes:
    return b"false," + msgspec.json.encode(kind[:200]) + b"," + msgspec.json.encode(message[:10_000])
