"""The host's side of wit/: what a guest can ask for. Every input of the guest passes here."""

import codecs
import json
import os
import select
from collections import deque
from collections.abc import Callable
from typing import Any

from . import clones, trace_frames
from .channel import INPUT_PREFIX, Channel
from .control import Control
from .doorbell import Doorbell
from .invoking import OF_A_CLONE, Invoking, seconds
from .messages import SERIAL


class Exit(Exception):
    """The guest asked to end at once."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class GuestCalls:
    """The imports of the guest. All are called by the one thread that runs it."""

    def __init__(
        self, requests: Channel, control: Control, doorbell: Doorbell | None, *, inherit: bool, callbacks: str | None = None
    ) -> None:
        """`callbacks`: what is offered to call (JSON), if there is somebody to answer."""
        self._requests = requests
        self._control: Control | None = control
        self._doorbell = doorbell
        self._inherit = inherit
        self._offers = callbacks or "[]"
        self._invoking = Invoking(Channel(control.callback_host()), control, SERIAL.pack(0)) if callbacks is not None else None
        self._frames: deque[bytes] = deque()
        decoder = codecs.getincrementaldecoder("utf-8")
        self._texts = decoder("replace"), decoder("replace")  # of stdout and stderr: a character may come in pieces
        self._input = bytearray()
        self._input_ended = False

    def interfaces(self) -> dict[str, dict[str, Callable[..., Any]]]:
        host: dict[str, Callable[..., Any]] = {
            "write": self.write,
            "read": self.read,
            "wait": self.wait,
            "exit": self.exit,
            "doorbell": self.doorbell,
        }
        debugger: dict[str, Callable[..., Any]] = {
            "next-request": self.next_request,
            "poll-request": self.poll_request,
            "send": self.send,
            "clone": self.clone,
        }
        return {
            "sandstep:sandbox/host@0.1.0": host,
            "sandstep:sandbox/debugger@0.1.0": debugger,
            "sandstep:sandbox/runs@0.1.0": {"next-run": _only_embedded},
            "sandstep:sandbox/callbacks@0.1.0": {"list-callbacks": self.list_callbacks, "invoke": self.invoke},
            "sandstep:sandbox/tracing@0.1.0": {"report-batch": self.report_batch},
        }

    def functions(self) -> dict[str, Callable[..., Any]]:
        return {"report-trace": self.report_trace}

    def list_callbacks(self) -> str:
        return self._offers

    def invoke(self, calls: str, nanoseconds: int | None) -> str | None:
        if self._control is None:
            return OF_A_CLONE
        if self._invoking is None:
            raise ValueError("nothing is offered to call")
        return self._invoking.invoke_if_there(calls, nanoseconds)

    def report_batch(self, events: str, news: str) -> None:
        self._requests.send(trace_frames.batch(events, news))

    def report_trace(self, line: int, event: str, context: str) -> None:
        self._requests.send(trace_frames.one(line, event, context))

    def write(self, stream: int, text: str) -> None:
        self.put(stream, text.encode("latin-1"))

    def put(self, stream: int, data: bytes) -> None:
        """Takes the guest's output to where it belongs."""
        if not self._inherit:
            body = {"category": "stderr" if stream == 2 else "stdout", "output": self._texts[stream == 2].decode(data)}
            self.send(json.dumps({"type": "event", "event": "output", "body": body}))
            return
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(2 if stream == 2 else 1, view) :]
            except BrokenPipeError:
                raise Exit(141) from None  # as a native program that is ended by SIGPIPE
        self._written()

    def read(self, size: int) -> str | None:
        if self._inherit:
            return self._read_inherited(size)
        if not self._input and not self._input_ended:
            self.send('{"type":"event","event":"input","body":{"waiting":true}}')
            while not self._input and not self._input_ended:
                if self._waiting_for(self._requests, None):
                    return None
                frame = self._requests.receive()
                if not self._take_input(frame):
                    self._frames.append(frame)
                    return None
        data = bytes(self._input[:size])
        del self._input[:size]
        return data.decode("latin-1")

    def _read_inherited(self, size: int) -> str | None:
        if self._waiting_for(0, None):
            return None
        try:
            return os.read(0, size).decode("latin-1")
        except OSError:
            return ""

    def _take_input(self, frame: bytes) -> bool:
        if not frame.startswith(INPUT_PREFIX):
            return False
        text = json.loads(frame)["body"]["text"]
        if text:
            self._input += text.encode()
        else:
            self._input_ended = True
        return True

    def wait(self, nanoseconds: int | None) -> bool:
        return self._waiting_for(None, seconds(nanoseconds))

    def _waiting_for(self, source: Channel | int | None, timeout: float | None) -> bool:
        """Blocks until `source` is readable or the time is over. True: rung for before that."""
        if self._control is None:  # in a clone: whoever waits for its answer ends it where this takes too long
            select.select([] if source is None else [source], [], [], timeout)
            return False
        return self._control.wait([] if source is None else [source], timeout)[0]

    def exit(self, status: int) -> None:
        raise Exit(status)

    def doorbell(self, address: int) -> None:
        if self._doorbell is not None:
            self._doorbell.hang(address)

    def next_request(self) -> str:
        if self._control is not None:
            self._control.stopped()
        frame = self._next()
        if self._control is not None:
            self._control.running()
        return frame.decode()

    def _next(self) -> bytes:
        while True:
            frame = self._frames.popleft() if self._frames else self._requests.receive()
            if not self._take_input(frame):
                return frame

    def poll_request(self) -> str | None:
        while True:
            frame = self._frames.popleft() if self._frames else self._requests.poll()
            if frame is None or not self._take_input(frame):
                return None if frame is None else frame.decode()

    def send(self, message: str) -> None:
        self._requests.send(message.encode())
        self._written()

    def _written(self) -> None:
        if self._control is not None:
            self._control.written()

    def clone(self, request_seq: int) -> bool | str:
        if self._control is None or not clones.supported():
            return "there can be no clone here"
        try:
            own = clones.fork(self._control.socket, request_seq)
        except OSError as error:
            return str(error)
        if own is None:
            return False
        self._requests.close()  # else its end would not be seen while a clone lives
        self._requests, self._control = Channel(own), None
        if self._invoking is not None:
            self._invoking.close()
        self._frames.clear()
        return True


def _only_embedded(*arguments: object) -> None:
    raise ValueError("only a program of the embedding API is given this")
