"""Frames that carry trace events and samples: a letter, two sizes, and two parts."""

import struct

_SIZES = struct.Struct("<II")
"""A line (or 0), and the length of the first part."""


def batch(events: str, news: str) -> bytes:
    """The frame of a batch, whose events are bytes as latin-1."""
    return _frame(b"t", 0, events.encode("latin-1"), news)


def one(line: int, event: str, context: str) -> bytes:
    """The frame of one event that is told at once."""
    return _frame(b"T", line, event.encode(), context)


def _frame(letter: bytes, line: int, first: bytes, second: str) -> bytes:
    return b"".join((letter, _SIZES.pack(line, len(first)), first, second.encode()))


def parts(frame: bytes) -> tuple[int, bytes, bytes]:
    """Line, first and second part. Raises struct.error for a frame that is too short."""
    line, size = _SIZES.unpack_from(frame, 1)
    begin = 1 + _SIZES.size
    return line, frame[begin : begin + size], frame[begin + size :]
