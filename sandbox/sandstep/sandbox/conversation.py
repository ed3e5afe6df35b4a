"""One run, from the side of the host: sends the program, takes in what comes of it, and finds out how it ended."""

import asyncio
import codecs
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from .calling import THREADS, Calling
from .channel import Closed
from .control import RING_EVERY
from .forker import UNKNOWN
from .lending import Lent
from .limits import Cancelled, Crashed, Frame, LimitReached, Limits, RunError, of_limit
from .messages import Trace
from .nursery import Line
from .offering import Callback
from .result import Result
from .trace_events import BadTrace, Decoder, TraceEvent

OnOutput: TypeAlias = Callable[[Literal["stdout", "stderr"], str], object]
"""Is given each piece of output as it comes, in order."""
OnTrace: TypeAlias = Callable[[list[TraceEvent]], object]
"""Is given the events as they come, many at a time."""
_LATE = 2.0
"""Seconds that a worker may take longer than its time limit before it is killed from outside."""
_UNHEARD = 0.5
"""Seconds after which a cancelled worker that has not ended is killed."""


class Ask(NamedTuple):
    """What is asked of a guest. `keep`: its names stay for the next run."""

    do: Literal["run", "snapshot", "restore"]
    program: dict[str, Any]
    keep: bool = False
    trace: Trace | None = None
    state: str = ""
    seed: str | None = None
    input: str = ""
    on_output: OnOutput | None = None
    on_trace: OnTrace | None = None


class _Usage(msgspec.Struct):
    cpu: float
    memory: int


class _Error(msgspec.Struct):
    type: str
    module: str
    message: str
    frames: list[Frame]
    text: str


class _Ended(msgspec.Struct):
    exit_code: int = 0
    value: str | None = None
    error: _Error | None = None
    state: str | None = None
    left_out: list[str] = []


_usage, _ended, _any = msgspec.json.Decoder(_Usage), msgspec.json.Decoder(_Ended), msgspec.json.Decoder()


class Conversation:
    """Talks with one worker about one run. `cancel` is for any thread, the rest for one."""

    def __init__(
        self, line: Line, ask: Ask, limits: Limits, callbacks: Mapping[str, Callback], offers: str, loop: asyncio.AbstractEventLoop | None
    ) -> None:
        line.runs += 1
        self._line, self._ask, self._limits, self._offers = line, ask, limits, offers
        self._calling = Calling(callbacks, limits, line, loop)
        self._decoder = Decoder()
        self._text = {stream: codecs.getincrementaldecoder("utf-8")("replace") for stream in ("stdout", "stderr")}
        self._output: dict[str, list[str]] = {"stdout": [], "stderr": []}
        self._events: list[TraceEvent] = []
        self._left_out = 0
        self._lock = threading.Lock()
        self._cancelled = False
        self._talked = False
        self._lent: Lent | None = None
        self._began = 0.0
        self.state: str | None = None
        self.names_left_out: list[str] = []
        self.is_over = False
        """Whether the worker has ended with this run, so that it can run nothing more."""

    def cancel(self) -> None:
        """Ends the run, within a second, if it is not over."""
        with self._lock:
            if self._talked or self._cancelled:
                return
            self._cancelled = True
            self._line.cancel()
        timer = threading.Timer(_UNHEARD, self._line.kill)
        timer.daemon = True
        timer.start()

    def talk(self) -> Result:
        """Runs it to its end. Raises what `on_output` or `on_trace` raised."""
        self._began = time.perf_counter()
        try:
            self._line.send(b"h" + self._for_host(), b"r" + self._for_guest())
            frame = self._listen()
        except Closed:
            return self._result(self._why(), 1)
        except RunError as error:
            self.is_over = True
            self._line.kill()
            return self._result(error, 1)
        finally:
            self._calling.stop()
            if self._lent is not None:
                self._lent.give_up()
            with self._lock:
                self._talked = True
                self.is_over = self.is_over or self._cancelled  # it has been told to end, whatever it said last
        return self._end(frame)

    def _for_host(self) -> bytes:
        ask, limits = self._ask, self._limits
        ring = RING_EVERY if ask.trace else None
        said = {
            "output": limits.output,
            "input": ask.input,
            "seed": ask.seed,
            "time": limits.time,
            "cpu": limits.cpu_time,
            "ring_every": ring,
            "keep": ask.keep,
            "serial": self._line.runs,
        }
        return json.dumps(said | {"callbacks": self._offers}).encode()

    def _for_guest(self) -> bytes:
        ask = self._ask
        said = {"do": ask.do, "program": ask.program, "keep": ask.keep, "trace": ask.trace and ask.trace._asdict(), "state": ask.state}
        return json.dumps(said).encode()

    def _listen(self) -> bytes:
        """Takes in frames up to the last. Raises Closed, RunError."""
        kill_at = None if self._limits.time is None else self._began + self._limits.time + _LATE
        while True:
            patience = self._calling.patience()
            if kill_at is not None:
                left = kill_at - time.perf_counter()
                if left <= 0:
                    raise of_limit("time", self._limits)
                patience = left if patience is None else min(left, patience)
            frame = self._receive(patience)
            if frame is None:
                late = self._calling.overdue()
                if late is not None:
                    raise late
            elif frame[:1] == b"e":
                return frame
            elif (work := self._calling.lone(frame)) is not None:
                self._lent = Lent(self._line, work, self._calling.lone)
                THREADS.run(self._lent.serve)
            else:
                self._take(frame)

    def _receive(self, patience: float | None) -> bytes | None:
        if self._lent is None:
            return self._line.receive(patience)
        frame, is_back = self._lent.wait(patience)
        if is_back:
            self._lent = None
        return frame

    def _take(self, frame: bytes) -> None:
        kind = frame[:1]
        try:
            if kind == b"c":
                self._calling.take(frame[1:])
            elif kind in (b"t", b"T"):
                self._take_events(self._decoder.decode(frame))
            else:
                self._take_output(
                    "stderr" if kind == b"2" else "stdout", self._text["stderr" if kind == b"2" else "stdout"].decode(frame[1:])
                )
        except (msgspec.MsgspecError, BadTrace, ValueError) as error:
            if isinstance(error, (msgspec.MsgspecError, BadTrace)) or kind == b"c":
                raise Crashed("Crashed", f"The guest said what it must not: {str(error)[:300]}") from None
            raise

    def _take_output(self, stream: Literal["stdout", "stderr"], text: str) -> None:
        if text:
            self._output[stream].append(text)
            if self._ask.on_output is not None:
                self._ask.on_output(stream, text)

    def _take_events(self, events: list[TraceEvent]) -> None:
        if self._ask.on_trace is not None:
            self._ask.on_trace(events)
            return
        room = self._limits.trace_events - len(self._events)
        self._events += events[:room]
        self._left_out += max(0, len(events) - room)

    def _why(self) -> RunError:
        """Why the worker is gone, which has not told its guest's end."""
        self.is_over = True
        reason, _, words = self._line.last_words().partition(":")
        if self._cancelled:
            return Cancelled("Cancelled", "The run was cancelled.")
        limit = {"time": "time", "cpu": "cpu_time", "output": "output", "memory": "memory"}.get(reason)
        if limit is not None:
            return of_limit(limit, self._limits)
        if reason == "setup":
            return Crashed("Crashed", f"The sandbox cannot be set up ({words}): check that its folders are still there.")
        if reason == "trap":
            return Crashed("Crashed", f"The program ended in a trap of the sandbox: {words}.")
        return Crashed("Crashed", f"The sandbox's process {_how(self._line.status())}.")

    def _end(self, frame: bytes) -> Result:
        usage, _, said = frame[1:].partition(b"\n")
        used = _usage.decode(usage)
        try:
            ended = _ended.decode(said)
            value = None if ended.value is None else _any.decode(ended.value)
        except (msgspec.MsgspecError, RecursionError) as error:
            self.is_over = True
            return self._result(Crashed("Crashed", f"The guest's last message cannot be read: {str(error)[:300]}"), 1, used)
        self.state, self.names_left_out = ended.state, ended.left_out
        return self._result(self._error(ended), ended.exit_code, used, value)

    def _error(self, ended: _Ended) -> RunError | None:
        error = ended.error
        if error is None:
            return None
        frames = tuple(error.frames)
        if (error.module, error.type, error.message) == ("builtins", "MemoryError", ""):  # the parser's, of too deep a nesting, has words
            limit = of_limit("memory", self._limits)
            limit.frames, limit.traceback = frames, error.text
            return limit
        return RunError(error.type, error.message, module=error.module, frames=frames, traceback=error.text)

    def _result(self, error: RunError | None, exit_code: int, usage: _Usage | None = None, value: Any = None) -> Result:
        for stream in ("stdout", "stderr"):
            self._take_output(stream, self._text[stream].decode(b"", True))
        duration = time.perf_counter() - self._began
        cpu, memory = (usage.cpu, usage.memory) if usage is not None else (0.0, 0)
        if isinstance(error, LimitReached) and error.limit == "cpu_time":
            cpu = error.amount
        out, err = ("".join(self._output[stream]) for stream in ("stdout", "stderr"))
        return Result(out, err, value, error, exit_code, duration, cpu, memory, self._events, self._left_out)


def _how(status: int) -> str:
    if status == UNKNOWN:
        return "could not be started, or is gone"
    code = os.waitstatus_to_exitcode(status)
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
