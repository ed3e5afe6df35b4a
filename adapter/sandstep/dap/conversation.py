"""Requests to an agent and their answers, whichever socket carries them.

The guest is hostile: a frame that isn't a message, an answer to what nobody asked, is dropped with a note.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import msgspec

from .errors import RequestError
from .log import Log
from .protocol import Base, ErrorResponseBody
from .wire import NOTHING, given

if TYPE_CHECKING:
    from .clones import Clone

Body = TypeVar("Body")
Outcome: TypeAlias = msgspec.Raw | RequestError
_MOST_WITHDRAWN = 1000


class Frame(msgspec.Struct, frozen=True):
    """Anything that an agent says."""

    type: str
    event: str = ""
    request_seq: int = 0
    success: bool = False
    message: str | None = None
    body: msgspec.Raw = NOTHING


class Question(msgspec.Struct, omit_defaults=True):
    """A request, as it goes to an agent."""

    seq: int
    command: str
    arguments: Base | dict[str, object] | None = None
    type: str = "request"


class Asked:
    """A request that an agent has been sent. `outcome` is always set at last: a body, or why there is none.

    `clone` answers it, if it isn't the original; `on_looking` is told of each value whose code is about to be run for it; `on_late` of
    an answer that comes when its time is over.
    """

    def __init__(self, seq: int, command: str) -> None:
        self.seq = seq
        self.command = command
        self.clone: Clone | None = None
        self.on_looking: Callable[[int], None] = lambda index: None
        self.on_late: Callable[[Outcome], None] = lambda outcome: None
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def finish(self, outcome: Outcome) -> None:
        if self.outcome.done():
            self.on_late(outcome)
        else:
            self.outcome.set_result(outcome)

    def within(self, seconds: float, otherwise: RequestError) -> None:
        """Gives it so long; it goes on to be worked at."""
        timer = asyncio.get_running_loop().call_later(seconds, self.outcome.set_result, otherwise)
        self.outcome.add_done_callback(lambda _: timer.cancel())

    def body(self, outcome: Outcome, kind: type[Body]) -> Body:
        """The answer that an outcome is. Raises RequestError."""
        if isinstance(outcome, RequestError):
            raise outcome
        try:
            return msgspec.json.decode(outcome, type=kind)
        except msgspec.DecodeError as error:
            raise RequestError(f"the sandbox's answer to {self.command} makes no sense ({error}); restart the program") from None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Frame).decode


class Conversation:
    """One agent's side of what is said: the original's, or a clone's."""

    def __init__(self, name: str, send: Callable[[bytes], None], on_event: Callable[[str, msgspec.Raw], None], log: Log) -> None:
        self._name = name
        self._send = send
        self._on_event = on_event
        self._log = log
        self._waiting: dict[int, Asked] = {}
        self._withdrawn: set[int] = set()
        self._closed: RequestError | None = None

    def ask(self, seq: int, command: str, arguments: Base | dict[str, object] | None) -> Asked:
        asked = Asked(seq, command)
        if self._closed is not None:
            asked.finish(self._closed)
            return asked
        self._waiting[seq] = asked
        payload = _encode(Question(seq, command, arguments))
        self._log.said(f"→ {self._name}", payload)
        self._send(payload)
        return asked

    def hand_over(self, seq: int, other: "Conversation") -> Asked | None:
        """Another agent is going to answer this one."""
        asked = self._waiting.pop(seq, None)
        if asked is not None:
            other._waiting[seq] = asked
        return asked

    def withdraw(self, asked: Asked) -> None:
        """Nobody waits for this answer any more; it may still come."""
        if self._waiting.pop(asked.seq, None) is not None and len(self._withdrawn) < _MOST_WITHDRAWN:
            self._withdrawn.add(asked.seq)

    def close(self, reason: RequestError) -> None:
        """There will be no more answers."""
        self._closed = reason
        for asked in self._waiting.values():
            asked.finish(reason)
        self._waiting.clear()

    def receive(self, payload: bytes) -> None:
        self._log.said(f"← {self._name}", payload)
        try:
            frame = _decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._log.note(f"dropped what the {self._name} said: {error}")
            return
        if frame.type == "response":
            self._answer(frame)
        elif frame.type == "event":
            # Who waits for an answer that came before it goes on at the loop's next turn, and has to be first.
            asyncio.get_running_loop().call_soon(self._on_event, frame.event, given(frame.body))
        else:
            self._log.note(f"dropped a message of type {frame.type!r} from the {self._name}")

    def _answer(self, frame: Frame) -> None:
        asked = self._waiting.pop(frame.request_seq, None)
        if asked is None:
            if frame.request_seq not in self._withdrawn:
                self._log.note(f"dropped the {self._name}'s answer to request {frame.request_seq}, which was never asked")
            self._withdrawn.discard(frame.request_seq)
        else:
            asked.finish(given(frame.body) if frame.success else _refusal(frame))


def _refusal(frame: Frame) -> RequestError:
    """The agent's error: it knows best what to say."""
    text, show = frame.message or "the request failed", False
    try:
        error = msgspec.json.decode(given(frame.body), type=ErrorResponseBody).error
    except msgspec.DecodeError:
        error = None
    if error is not None:
        text, show = error.format, bool(error.show_user)
    return RequestError(text, short=frame.message, show=show)
