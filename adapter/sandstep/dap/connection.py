"""An editor's connection: bytes in and out, over a pair of pipes or a TCP socket."""

import asyncio
from collections.abc import Callable
from typing import BinaryIO

from .wire import Decoder, Incoming, Malformed

_MOST_UNSENT = 1 << 20


class Connection(asyncio.Protocol):
    """Hands on each message that comes in, and says when the editor doesn't keep up with what goes out.

    Over pipes it serves both of them; either one's end is the end.
    """

    def __init__(self) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_message: Callable[[Incoming | Malformed], None]
        self.on_full: Callable[[bool], None] = lambda full: None
        self._decoder = Decoder()
        self._transports: list[asyncio.BaseTransport] = []
        self._out: asyncio.WriteTransport | None = None
        self._file: BinaryIO | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transports.append(transport)
        if isinstance(transport, asyncio.WriteTransport):
            transport.set_write_buffer_limits(high=_MOST_UNSENT)
            self._out = transport

    def data_received(self, data: bytes) -> None:
        for message in self._decoder.feed(data):
            self.on_message(message)

    def eof_received(self) -> bool:
        """The end of the input ends the session; what is to be sent is still sent."""
        self.end()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self.end()

    def pause_writing(self) -> None:
        self.on_full(True)

    def resume_writing(self) -> None:
        self.on_full(False)

    def write_to(self, file: BinaryIO) -> None:
        """What goes out is written to a file."""
        self._file = file

    def write(self, data: bytes) -> None:
        if self._out is not None and not self._out.is_closing():
            self._out.write(data)
        elif self._file is not None:
            self._file.write(data)

    def end(self) -> None:
        """Nothing more that comes in matters."""
        if not self.closed.done():
            self.closed.set_result(None)

    def close(self) -> None:
        """Sends what is unsent, and ends."""
        for transport in self._transports:
            transport.close()
