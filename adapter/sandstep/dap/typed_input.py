"""What the program reads from its stdin: in a debug session it is typed into the Debug Console, while the program waits for it."""

import asyncio

import msgspec
from sandstep.sandbox.channel import INPUT_PREFIX

_MOMENT = 0.25
"""Seconds."""


class Waiting(msgspec.Struct, frozen=True):
    """The body of the worker's event `input`."""

    waiting: bool


class TypedInput:
    """Whether the program waits for a line."""

    def __init__(self) -> None:
        self._awaited = asyncio.Event()

    async def awaited_soon(self) -> bool:
        """Whether it does, or will in a moment: its prompt is there before it says that it waits."""
        try:
            async with asyncio.timeout(_MOMENT):
                return await self._awaited.wait()
        except TimeoutError:
            return False

    def forget(self) -> None:
        """The program stands still; it says again that it waits when it goes on."""
        self._awaited.clear()

    def hear(self, body: msgspec.Raw) -> None:
        """The worker's event. Raises msgspec.DecodeError for what isn't one."""
        if msgspec.json.decode(body, type=Waiting).waiting:
            self._awaited.set()

    def line(self, text: str) -> bytes:
        """The frame that gives the program a line; it no longer waits then, unless it says so again."""
        self._awaited.clear()
        return INPUT_PREFIX + b',"body":' + msgspec.json.encode({"text": f"{text}\n"}) + b"}"
