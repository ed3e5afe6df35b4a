"""Clones of the worker: copies in which looking may run the user's code, as nothing that happens there happens to the program.

A clone answers the request it was made for, and then requests about its answers. It ends when the program goes on, when it
takes too long, or when too many have come after it.
"""

import asyncio
import itertools
import os
import signal
import socket
from typing import TypeVar

import msgspec
from sandstep.sandbox.process import FrameProtocol

from .conversation import Asked, Conversation
from .errors import RequestError
from .log import Log
from .protocol import Base, EvaluateResponseBody, Variable, VariablesResponseBody

Body = TypeVar("Body", bound=Base)

MOST_LIVING = 8
FIRST_REFERENCE = 1 << 24
"""References from here on are a clone's; the adapter gives them numbers of its own, from here on too."""
GONE = "the copy of the program that held this value is gone; evaluate or unfold it again"
RESUMED = "the program went on before this was done; ask again at the next stop"


class Lost(RequestError):
    """A clone ended by itself before it answered."""

    def __init__(self) -> None:
        super().__init__(GONE, show=False)


class Looking(msgspec.Struct, frozen=True):
    """An agent is about to run the code of the value `index` of the page that it was asked for."""

    index: int


class Clone:
    """One clone: its process and the conversation with its agent."""

    def __init__(self, pid: int, log: Log) -> None:
        self.conversation = Conversation("clone", self._send, self._on_event, log)
        self._serving: Asked | None = None
        self._pid = pid
        self._living = True
        self._stream = FrameProtocol(self.conversation.receive, self._lost)
        self._early: list[bytes] = []

    def ask(self, seq: int, command: str, arguments: Base | dict[str, object] | None) -> Asked:
        asked = self.conversation.ask(seq, command, arguments)
        self.serve(asked)
        return asked

    def serve(self, asked: Asked) -> None:
        """It is going to answer this request."""
        asked.clone = self
        self._serving = asked

    async def connect(self, connection: socket.socket) -> None:
        await asyncio.get_running_loop().create_unix_connection(lambda: self._stream, sock=connection)
        if not self._living:
            self._stream.close()
        for frame in self._early:
            self._stream.send(frame)

    @property
    def living(self) -> bool:
        return self._living

    def kill(self, reason: RequestError) -> None:
        """Ends it. Its process is there as long as its socket is open, so that no other process can have its number."""
        if self._living:
            self._living = False
            try:
                os.kill(self._pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._stream.close()
        self.conversation.close(reason)

    def _send(self, frame: bytes) -> None:
        if self._stream.transport is None:
            self._early.append(frame)
        else:
            self._stream.send(frame)

    def _lost(self) -> None:
        self._living = False
        self.conversation.close(Lost())

    def _on_event(self, event: str, body: msgspec.Raw) -> None:
        """What a clone prints never happened, so that it is not shown."""
        if event == "looking" and self._serving is not None:
            try:
                self._serving.on_looking(msgspec.json.decode(body, type=Looking).index)
            except msgspec.DecodeError:
                return


class Clones:
    """The clones of one stop, and whose the references are that the client was given."""

    def __init__(self) -> None:
        self._living: list[Clone] = []
        self._numbers = itertools.count(FIRST_REFERENCE)
        self._references: dict[int, tuple[Clone, int]] = {}

    def add(self, clone: Clone) -> None:
        self._living = [other for other in self._living if other.living]
        if len(self._living) >= MOST_LIVING:
            self._living.pop(0).kill(RequestError(GONE, show=False))
        self._living.append(clone)

    def clear(self, reason: str) -> None:
        """The program goes on, or has ended: what they were copies of is no more."""
        for clone in self._living:
            clone.kill(RequestError(reason, show=False))
        self._living.clear()
        self._references.clear()

    def owner(self, reference: int) -> tuple[Clone | None, int]:
        """The clone that holds the value of a reference (None: the original), and its own number for it. Raises RequestError."""
        if reference < FIRST_REFERENCE:
            return None, reference
        found = self._references.get(reference)
        if found is None:
            raise RequestError("this value is of an earlier stop; evaluate it again", show=False)
        if not found[0].living:
            raise RequestError(GONE, show=False)
        return found

    def adopt(self, clone: Clone, body: Body) -> Body:
        """A clone's answer, with references that the client can use."""
        if isinstance(body, VariablesResponseBody):
            return msgspec.structs.replace(body, variables=[self._adopted(clone, variable) for variable in body.variables])
        if isinstance(body, EvaluateResponseBody):
            return msgspec.structs.replace(body, variables_reference=self._reference(clone, body.variables_reference))
        return body

    def _adopted(self, clone: Clone, variable: Variable) -> Variable:
        if variable.variables_reference < FIRST_REFERENCE:
            return variable
        return msgspec.structs.replace(variable, variables_reference=self._reference(clone, variable.variables_reference))

    def _reference(self, clone: Clone, reference: int) -> int:
        if reference < FIRST_REFERENCE:
            return reference
        number = next(self._numbers)
        self._references[number] = clone, reference
        return number
