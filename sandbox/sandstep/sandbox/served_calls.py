"""The host's side of wit/ for guests of the embedding API: all that they are given passes here. `guest_calls` has the command line's."""

import json
import resource
import time
from collections.abc import Callable
from typing import Any

from . import doorbell, trace_frames
from .channel import Channel
from .control import Control
from .guest_calls import Exit
from .hot_pages import HotPages
from .invoking import Invoking, seconds
from .messages import SERIAL, Program
from .random_source import RandomSource

_PROGRAM = Program("code", "print('hello')", "-c", [], [""], "", {})
_REHEARSAL: dict[str, Any] = {"do": "run", "program": _PROGRAM._asdict(), "keep": False, "trace": None, "state": ""}
_GROWTH = 16
"""Pages of the least by which a guest's memory grows."""


class OverLimit(Exception):
    """The guest reached a limit that is watched here."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Spent(Exception):
    """Ends a guest that has run its program, or its session's last one."""


class ServedCalls:
    """The imports of the guests of one worker, one at a time."""

    def __init__(self, random: RandomSource, compiled: str) -> None:
        self._random, self._compiled = random, compiled
        self._asker: Channel | None = None
        self._control: Control | None = None
        self._hot = HotPages(None)
        self._least = 0  # the size of a guest's memory when it begins is the image's: it takes long to find out
        self.renew(None)

    def connect(self, asker: Channel, control: Control) -> None:
        """Gives it who asks for programs: before that there are none."""
        self._asker, self._control = asker, control

    def renew(self, bell: doorbell.Doorbell | None) -> None:
        """The next guest begins: nothing is left of the one before."""
        self._bell = bell
        self._random.seed(None)
        self._host: dict[str, Any] = {}
        self._invoking: Invoking | None = None
        self._input = b""
        self._output_left: int | None = None
        self._cpu_before = 0.0
        self._size = self._data = 0

    @property
    def pokes(self) -> bool:
        """Whether the guest's attention can be had while it runs."""
        return self._bell is not None

    def retire(self) -> None:
        """The guest's memory is about to go."""
        if self._control is not None:
            self._control.retire()

    def interfaces(self) -> dict[str, dict[str, Callable[..., Any]]]:
        host: dict[str, Callable[..., Any]] = {
            "write": self.write,
            "read": self.read,
            "wait": self.wait,
            "exit": self.exit,
            "doorbell": self.doorbell,
        }
        debugger = {"next-request": _no_debugger, "poll-request": _no_debugger, "send": _no_debugger, "clone": _no_debugger}
        return {
            "sandstep:sandbox/host@0.1.0": host,
            "sandstep:sandbox/debugger@0.1.0": debugger,
            "sandstep:sandbox/runs@0.1.0": {"next-run": self.next_run},
            "sandstep:sandbox/callbacks@0.1.0": {"list-callbacks": self.list_callbacks, "invoke": self.invoke},
            "sandstep:sandbox/tracing@0.1.0": {"report-batch": self.report_batch},
        }

    def functions(self) -> dict[str, Callable[..., Any]]:
        return {"report-trace": self.report_trace}

    def next_run(self, ended: str) -> str:
        if self._asker is None or self._control is None:
            return self._rehearse(ended)
        if self._host:
            self._end(ended)
            if not self._host["keep"]:
                raise Spent
        else:
            self._least = self._least or self.memory()
            self._size, self._data = self._least, _data_pages()
        self._host = host = json.loads(self._frame(b"h"))
        guest = self._frame(b"r").decode()
        self._invoking = Invoking(self._asker, self._control, SERIAL.pack(host["serial"]))
        self._output_left = host["output"]
        self._input = host["input"].encode()
        seed = self._random.seed(host["seed"])
        self._cpu_before = time.process_time()
        self._control.begin(self._bell, host["time"], host["cpu"], host["ring_every"])
        return f'{{"seed":"{seed}",{guest[1:]}'

    def ready(self) -> None:
        """The guest's memory is there, and the guest has not run yet."""
        if self._bell is not None:
            self._bell.find()
            self._hot.copy(self._bell.base)

    def _rehearse(self, ended: str) -> str:
        """A program that is run before there is anybody to ask for one: it shows what any program writes to."""
        if not ended:
            return json.dumps({"seed": "0", **_REHEARSAL})
        if self._bell is not None:
            self._hot = HotPages(self._bell.memory())
        raise Spent

    def _frame(self, kind: bytes) -> bytes:
        """The next frame of this kind; answers that came too late are passed over. Raises Closed."""
        assert self._asker is not None
        while True:
            frame = self._asker.receive()
            if frame[:1] == kind:
                return frame[1:]

    def _send(self, *parts: bytes) -> None:
        assert self._asker is not None
        self._asker.send(b"".join(parts))

    def _end(self, ended: str) -> None:
        assert self._control is not None
        self._control.stopped()
        usage = {"cpu": time.process_time() - self._cpu_before, "memory": self.memory()}
        self._send(b"e", json.dumps(usage).encode(), b"\n", ended.encode())

    def memory(self) -> int:
        """Bytes of memory that the guest has: it never gives any back, so it is also the most that it had."""
        if self._size and _data_pages() - self._data < _GROWTH:
            return self._size
        if self._bell is None:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        begin, end = self._bell.memory()
        return end - begin

    def end_with_status(self, status: int) -> None:
        """The guest has ended itself."""
        self._end(json.dumps({"exit_code": status, "value": None, "error": None}))

    def end_by(self, limit: str, words: str) -> None:
        """Tells what ended the guest, when it can tell nothing itself any more."""
        if self._control is None:
            raise RuntimeError(f"the image cannot be started: {words}")
        self._control.say(f"{limit}:{words[:1000]}")

    def write(self, stream: int, text: str) -> None:
        self.put(stream, text.encode("latin-1"))

    def put(self, stream: int, data: bytes) -> None:
        """Hands on the guest's output. Raises OverLimit."""
        if not data or self._asker is None:
            return
        if self._output_left is not None:
            self._output_left -= len(data)
            if self._output_left < 0:
                self._send(b"2" if stream == 2 else b"1", data[: self._output_left])
                raise OverLimit("output")
        self._send(b"2" if stream == 2 else b"1", data)
        if self._control is not None:
            self._control.written()

    def read(self, size: int) -> str:
        data, self._input = self._input[:size], self._input[size:]
        return data.decode("latin-1")

    def wait(self, nanoseconds: int | None) -> bool:
        return self._control is not None and self._control.wait([], seconds(nanoseconds))[0]

    def exit(self, status: int) -> None:
        raise Exit(status)

    def doorbell(self, address: int) -> None:
        if self._bell is not None:
            self._bell.hang(address)

    def list_callbacks(self) -> str:
        offers = self._host.get("callbacks", "[]")
        assert isinstance(offers, str)
        return offers

    def invoke(self, calls: str, nanoseconds: int | None) -> str | None:
        assert self._invoking is not None
        return self._invoking.invoke(calls, nanoseconds)

    def report_batch(self, events: str, news: str) -> None:
        self._send(trace_frames.batch(events, news))

    def report_trace(self, line: int, event: str, context: str) -> None:
        self._send(trace_frames.one(line, event, context))


def _data_pages() -> int:
    """Pages of this process that can be written to: a look that costs little, and tells whether the guest's memory has grown."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[5])
    except OSError:
        return _GROWTH


def _no_debugger(*arguments: object) -> None:
    raise ValueError("there is no debugger here")
