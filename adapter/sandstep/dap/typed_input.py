"""What the program reads from its stdin: in a debug session it is typed into the Debug Console, while the program waits for it."""

import msgspec
from sandstep.sandbox.channel import INPUT_PREFIX


class Waiting(msgspec.Struct, frozen=True):
    """The body of the worker's event `input`."""

    waiting: bool


class TypedInput:
    """Whether the program waits for a line."""

    def __init__(self) -> None:
        self.awaited = False

    def hear(self, body: msgspec.Raw) -> None:
        """The worker's event. Raises msgspec.DecodeError for what isn't one."""
        self.awaited = msgspec.json.decode(body, type=Waiting).waiting

    def line(self, text: str) -> bytes:
        """The frame that gives the program a line; it no longer waits then, unless it says so again."""
        self.awaited = False
        return INPUT_PREFIX + b',"body":' + msgspec.json.encode({"text": f"{text}\n"}) + b"}"
