"""What is said to the editor: numbered, counted in its base, each message by one write."""

from collections.abc import Callable

import msgspec

from .bases import Bases
from .errors import RequestError
from .log import Log
from .protocol import Base, ErrorResponseBody, Event, InitializeRequestArguments, Message, OutputEventBody, Response
from .wire import framed

_encode = msgspec.json.Encoder().encode


class Client:
    """The editor, as the session sees it."""

    def __init__(self, write: Callable[[bytes], None], log: Log) -> None:
        self._write = write
        self._log = log
        self._seq = 0
        self.bases = Bases()
        self.features: InitializeRequestArguments | None = None

    def introduce(self, features: InitializeRequestArguments) -> None:
        """What it can do and how it counts; holds for all that is said after this."""
        self.features = features
        self.bases = Bases(features)

    def event(self, name: str, body: Base | None = None) -> None:
        self._send(Event(seq=self._next(), type="event", event=name, body=self.bases.outward(body)))

    def output(self, text: str, category: str = "console") -> None:
        """A sentence of ours, on a line of its own."""
        self.event("output", OutputEventBody(category=category, output=text if text.endswith("\n") else f"{text}\n"))

    def respond(self, request_seq: int, command: str, body: Base | None) -> None:
        body = self.bases.outward(body)
        self._send(Response(seq=self._next(), type="response", request_seq=request_seq, success=True, command=command, body=body))

    def refuse(self, request_seq: int, command: str, error: RequestError) -> None:
        body = ErrorResponseBody(error=Message(id=1, format=error.text, show_user=error.show))
        self._send(
            Response(
                seq=self._next(), type="response", request_seq=request_seq, success=False, command=command, message=error.short, body=body
            )
        )

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _send(self, message: Base) -> None:
        payload = _encode(message)
        self._log.said("→ client", payload)
        self._write(framed(payload))
