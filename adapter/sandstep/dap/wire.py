"""Framing of the Debug Adapter Protocol: a header with a Content-Length, an empty line, JSON.

`Decoder` has no I/O: bytes go in, messages come out. What cannot be read becomes a `Malformed`, and the reading goes on after it.
"""

import re
from typing import NamedTuple

import msgspec

MAX_MESSAGE = 64 << 20
_MAX_HEADER = 8 << 10
_END_OF_HEADER = b"\r\n\r\n"
_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,15})[ \t]*(?:\r\n|$)", re.IGNORECASE)
_SEQ = re.compile(rb'"seq"\s*:\s*(\d{1,15})\b')
_COMMAND = re.compile(rb'"command"\s*:\s*"(\w{1,64})"')


NOTHING = msgspec.Raw(b"{}")
_NULL = msgspec.Raw(b"null")


def given(raw: msgspec.Raw) -> msgspec.Raw:
    """Arguments or a body, which is optional: what isn't there, or null, is an empty object."""
    return NOTHING if raw == _NULL else raw


class Incoming(msgspec.Struct, frozen=True):
    """A message from the client, whose arguments nobody has looked at yet."""

    seq: int
    type: str
    command: str = ""
    arguments: msgspec.Raw = NOTHING


class Malformed(NamedTuple):
    """Bytes that are no message: why, and of which request they seem to be, as far as that can be told."""

    reason: str
    seq: int | None
    command: str


_decode = msgspec.json.Decoder(Incoming).decode


class Decoder:
    """Cuts a stream of bytes into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None
        self._skip = 0

    def feed(self, data: bytes) -> list[Incoming | Malformed]:
        """The messages that are complete now."""
        self._buffer += data
        messages: list[Incoming | Malformed] = []
        while self._step(messages):
            pass
        return messages

    def _step(self, messages: list[Incoming | Malformed]) -> bool:
        """Takes one header, one body, or what is to be skipped; False if more bytes are needed."""
        if self._skip:
            skipped = min(self._skip, len(self._buffer))
            del self._buffer[:skipped]
            self._skip -= skipped
            return not self._skip
        if self._length is None:
            return self._header(messages)
        if len(self._buffer) < self._length:
            return False
        body = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        self._length = None
        messages.append(_parse(body))
        return True

    def _header(self, messages: list[Incoming | Malformed]) -> bool:
        end = self._buffer.find(_END_OF_HEADER)
        if end < 0:
            if len(self._buffer) > _MAX_HEADER:
                messages.append(_malformed("there is no header where one must be", bytes(self._buffer)))
                del self._buffer[: -len(_END_OF_HEADER)]
            return False
        header = bytes(self._buffer[:end])
        del self._buffer[: end + len(_END_OF_HEADER)]
        lengths = list(_LENGTH.finditer(header))
        if not lengths:
            messages.append(_malformed("a header without a valid Content-Length", header))
            return True
        before = header[: lengths[-1].start()]
        if b"{" in before or len(before) > _MAX_HEADER:
            messages.append(_malformed("a message without a valid header", before))
        length = int(lengths[-1][1])
        if length > MAX_MESSAGE:
            messages.append(Malformed(f"a message of {length} bytes, where {MAX_MESSAGE} are the most", None, ""))
            self._skip = length
        else:
            self._length = length
        return True


def _parse(body: bytes) -> Incoming | Malformed:
    try:
        return _decode(body)
    except msgspec.ValidationError as error:
        return _malformed(f"not a message of the protocol: {error}", body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _malformed(f"not JSON: {error}", body)


def _malformed(reason: str, content: bytes) -> Malformed:
    seq, command = _SEQ.search(content), _COMMAND.search(content)
    return Malformed(reason, int(seq[1]) if seq else None, command[1].decode() if command else "")


def framed(payload: bytes) -> bytes:
    """The bytes that carry a message, so that it is sent by one write."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(payload), payload)
