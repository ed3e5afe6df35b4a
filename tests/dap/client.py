"""A small client of the Debug Adapter Protocol: the same over pipes and sockets, with any adapter.

It has no thread: it reads when somebody waits, with one deadline a wait, so that a test that hangs says what was said until then.
"""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


class DialogueError(AssertionError):
    """The adapter did not say what the test waited for; holds the end of the dialogue."""


class Closed(DialogueError):
    """The adapter closed its end."""


class RequestFailed(AssertionError):
    """An error response to a request that the test expected to succeed."""

    def __init__(self, response: Message) -> None:
        self.response = response
        super().__init__(f"{response.get('command')}: {error_text(response)}")


def error_text(response: Message) -> str:
    """What an error response tells the user: its format with the variables filled in."""
    error = (response.get("body") or {}).get("error") or {}
    text = str(error.get("format") or response.get("message") or "")
    for name, value in (error.get("variables") or {}).items():
        text = text.replace("{" + name + "}", str(value))
    return text


def encode(message: Message) -> bytes:
    payload = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n" % len(payload) + payload


@dataclass
class Entry:
    """One message of the dialogue: who said it, and when it was read or written."""

    outgoing: bool
    at: float
    message: Message


@dataclass
class Client:
    """One end of a dialogue. `pending` holds the events that nobody has asked for yet, in order."""

    read_fd: int
    write_fd: int
    timeout: float = 30.0
    log: list[Entry] = field(default_factory=list)
    pending: list[Message] = field(default_factory=list)
    responses: dict[int, Message] = field(default_factory=dict)
    reverse: dict[str, Callable[[Message], Message]] = field(default_factory=dict)
    _seq: int = 0
    _buffer: bytearray = field(default_factory=bytearray)

    def send(self, command: str, **arguments: Any) -> int:
        """Sends a request without waiting for its answer; returns its number."""
        self._seq += 1
        self._write({"seq": self._seq, "type": "request", "command": command, "arguments": arguments})
        return self._seq

    def send_raw(self, payload: bytes) -> None:
        """Sends bytes as they are: for messages that no client should send."""
        while payload:
            payload = payload[os.write(self.write_fd, payload) :]

    def request(self, command: str, **arguments: Any) -> Message:
        """The body of the answer to a request; RequestFailed if it is an error."""
        response = self.response(self.send(command, **arguments))
        if not response["success"]:
            raise RequestFailed(response)
        return response.get("body") or {}

    def fails(self, command: str, **arguments: Any) -> str:
        """What an error response to this request tells the user; the test fails if the request succeeds."""
        response = self.response(self.send(command, **arguments))
        if response["success"]:
            raise DialogueError(f"{command} should fail, but answered {response.get('body')}")
        return error_text(response)

    def response(self, seq: int, timeout: float | None = None) -> Message:
        deadline = self._deadline(timeout)
        while seq not in self.responses:
            self._pump(deadline, f"the response to request {seq}")
        return self.responses.pop(seq)

    def event(self, name: str, where: Callable[[Message], bool] = lambda body: True, timeout: float | None = None) -> Message:
        """The body of the first event of this name (and for which `where` holds) that nobody took yet."""
        return self.either(name, where=where, timeout=timeout)[1]

    def either(
        self, *names: str, where: Callable[[Message], bool] = lambda body: True, timeout: float | None = None
    ) -> tuple[str, Message]:
        """As `event`, for whichever of several names comes first: the name and the body."""
        deadline = self._deadline(timeout)
        seen = 0
        while True:
            for index in range(seen, len(self.pending)):
                event = self.pending[index]
                if event["event"] in names and where(event.get("body") or {}):
                    del self.pending[index]
                    return event["event"], event.get("body") or {}
            seen = len(self.pending)
            self._pump(deadline, f"the event {' or '.join(names)}")

    def until(self, condition: Callable[[], bool], what: str, timeout: float | None = None) -> None:
        """Reads until the condition, on whatever was said, holds."""
        deadline = self._deadline(timeout)
        while not condition():
            self._pump(deadline, what)

    def taken(self, name: str) -> list[Message]:
        """Takes all events of a name that have been read so far."""
        found = [event.get("body") or {} for event in self.pending if event["event"] == name]
        self.pending = [event for event in self.pending if event["event"] != name]
        return found

    def events(self, name: str) -> list[Message]:
        """The bodies of all events of a name so far, taken or not."""
        return [
            entry.message.get("body") or {}
            for entry in self.log
            if not entry.outgoing and entry.message["type"] == "event" and entry.message["event"] == name
        ]

    def output(self, *categories: str) -> str:
        """All output so far, of these categories (of the program alone if none is named)."""
        wanted = categories or ("stdout", "stderr")
        return "".join(body["output"] for body in self.events("output") if body.get("category", "console") in wanted)

    def end(self, timeout: float | None = None) -> None:
        """Reads until the adapter closes its end."""
        deadline = self._deadline(timeout)
        try:
            while True:
                self._pump(deadline, "the end of the dialogue")
        except Closed:
            pass

    def tail(self, count: int = 40) -> str:
        """The end of the dialogue, for a failure's message."""
        lines = [("→ " if entry.outgoing else "← ") + json.dumps(entry.message, ensure_ascii=False)[:600] for entry in self.log[-count:]]
        return "\n".join(lines)

    def _deadline(self, timeout: float | None) -> float:
        return time.monotonic() + (self.timeout if timeout is None else timeout)

    def _write(self, message: Message) -> None:
        self.log.append(Entry(True, time.perf_counter(), message))
        self.send_raw(encode(message))

    def _pump(self, deadline: float, what: str) -> None:
        """Reads until at least one more message is there."""
        while True:
            message = self._parse()
            if message is not None:
                self._take(message)
                return
            readable = select.poll()
            readable.register(self.read_fd, select.POLLIN | select.POLLHUP)
            if not readable.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise DialogueError(f"waited in vain for {what}\n{self.tail()}")
            try:
                chunk = os.read(self.read_fd, 1 << 16)
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                raise Closed(f"the adapter closed the dialogue; waited for {what}\n{self.tail()}")
            self._buffer += chunk

    def _parse(self) -> Message | None:
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        fields = dict(line.split(": ", 1) for line in self._buffer[:head].decode("ascii").split("\r\n"))
        start = head + 4
        end = start + int(fields["Content-Length"])
        if len(self._buffer) < end:
            return None
        message: Message = json.loads(bytes(self._buffer[start:end]))
        del self._buffer[:end]
        return message

    def _take(self, message: Message) -> None:
        self.log.append(Entry(False, time.perf_counter(), message))
        match message["type"]:
            case "event":
                self.pending.append(message)
            case "response":
                if message["request_seq"] in self.responses:
                    raise DialogueError(f"request {message['request_seq']} is answered twice\n{self.tail()}")
                self.responses[message["request_seq"]] = message
            case "request":
                answer = self.reverse.get(message["command"])
                self._seq += 1
                self._write(
                    {
                        "seq": self._seq,
                        "type": "response",
                        "request_seq": message["seq"],
                        "command": message["command"],
                        "success": answer is not None,
                        "body": answer(message.get("arguments") or {}) if answer else {},
                    }
                )
