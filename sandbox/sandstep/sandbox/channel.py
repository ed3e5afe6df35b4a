"""Frames over a stream socket: four bytes of length, little endian, then JSON."""

import socket
import struct
from collections import deque
from collections.abc import Iterator
from os import sched_yield
from time import perf_counter

_LENGTH = struct.Struct("<I")
MAX_FRAME = 64 << 20
_SOON = 0.0001
"""Seconds for which it is worth to look out for a frame."""
_SOON_WITH_SLEEP = 0.0003
"""The same, with what it takes to fall asleep and to be woken."""
INPUT_PREFIX = b'{"type":"event","event":"input"'
"""How a frame begins that is typed input, and not a request: known without parsing the frame."""


class Closed(Exception):
    """The other side is gone."""


def framed(frame: bytes) -> bytes:
    """The bytes that carry `frame` over a stream."""
    return _LENGTH.pack(len(frame)) + frame


class Frames:
    """Takes a stream apart into its frames."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def of(self, data: bytes) -> Iterator[bytes]:
        """The frames that are whole now that `data` has come. Raises Closed at one that is longer than MAX_FRAME."""
        rest, place = self._rest, 0
        if not rest and len(data) >= 4 and _LENGTH.unpack_from(data)[0] == len(data) - 4 <= MAX_FRAME:
            yield data[4:]  # mostly it is just one
            return
        rest += data
        try:
            while len(rest) - place >= 4:
                (length,) = _LENGTH.unpack_from(rest, place)
                if length > MAX_FRAME:
                    raise Closed
                if len(rest) - place < 4 + length:
                    return
                place += 4 + length
                yield bytes(rest[place - length : place])
        finally:
            del rest[:place]


class Channel:
    """A worker's side of the requests socket. Blocking; used by one thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._stream = Frames()
        self._frames: deque[bytes] = deque()
        self._soon = False

    def send(self, *frames: bytes) -> None:
        """Raises Closed."""
        try:
            self._socket.sendall(b"".join([framed(frame) for frame in frames]))
        except OSError as error:
            raise Closed from error

    def receive(self) -> bytes:
        """Blocks until a frame is there. Raises Closed."""
        while not self._frames:
            self._read()
        return self._frames.popleft()

    def buffered(self) -> bytes | None:
        """The next frame, if it has been read already."""
        return self._frames.popleft() if self._frames else None

    def look_out(self) -> bytes | None:
        """The next frame, if it has been read, or comes at once: to sleep until then, and to be woken, takes longer.

        It uses the processor, but for what others have to do there; so it does not wait unless the last sleep was short (see `slept`).
        """
        if not self._soon:
            return self.buffered()
        until = perf_counter() + _SOON
        while (frame := self.poll()) is None and perf_counter() < until:
            sched_yield()
        return frame

    def slept(self, seconds: float) -> None:
        """Tells `look_out` how long its caller had to sleep for the frame that it did not find."""
        self._soon = seconds < _SOON_WITH_SLEEP

    def poll(self) -> bytes | None:
        """The next frame, if one is there already."""
        while not self._frames:
            try:
                data = self._socket.recv(1 << 16, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return None
            except OSError as error:
                raise Closed from error
            self._take(data)
        return self._frames.popleft()

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> None:
        try:
            data = self._socket.recv(1 << 16)
        except OSError as error:
            raise Closed from error
        self._take(data)

    def _take(self, data: bytes) -> None:
        if not data:
            raise Closed
        self._frames.extend(self._stream.of(data))
