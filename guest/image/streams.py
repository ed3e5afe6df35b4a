"""sys.stdin, sys.stdout and sys.stderr of the program: text over raw streams that end at the host."""

import io
import sys
from collections.abc import Callable
from typing import Protocol

import host_calls

type Buffer = bytes | bytearray | memoryview


class Sink(Protocol):
    """Takes what a program writes: the stream's number (1 stdout, 2 stderr) and the bytes."""

    def __call__(self, stream: int, data: bytes, /) -> None: ...


class RawOutput(io.RawIOBase):
    """One output stream. Its file number is as everywhere, but nothing can be done with it but ask for it."""

    def __init__(self, stream: int, sink: Sink, cross: Callable[[], None]) -> None:
        self._stream, self._sink, self._cross = stream, sink, cross
        self.name = "<stdout>" if stream == 1 else "<stderr>"
        self.mode = "wb"

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:  # type: ignore[override]  # typeshed's ReadableBuffer is wider
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        data = bytes(data)
        self._sink(self._stream, data)
        return len(data)

    def flush(self) -> None:
        if not self.closed:
            self._cross()

    def fileno(self) -> int:
        return self._stream

    def isatty(self) -> bool:
        return False


class RawInput(io.RawIOBase):
    """Standard input: each read is the host's."""

    def __init__(self, before: Callable[[], None]) -> None:
        self._before = before
        self.name = "<stdin>"
        self.mode = "rb"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        self._before()
        data = host_calls.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def fileno(self) -> int:
        return 0

    def isatty(self) -> bool:
        return False


def install(sink: Sink, cross: Callable[[], None], *, by_line: bool) -> None:
    """Puts fresh streams into `sys`. `cross` takes what the sink holds to the host.

    By line, stdout gives its sink a line at a time, and the sink sees to the rest. Else it gives each text as it is written, and a flush
    is a flush.
    """
    on_flush = _nothing if by_line else cross
    sys.stdin = io.TextIOWrapper(io.BufferedReader(RawInput(cross)), encoding="utf-8", errors="strict")
    out, err = RawOutput(1, sink, on_flush), RawOutput(2, sink, on_flush)
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8", errors="strict", line_buffering=by_line, write_through=not by_line)
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", errors="backslashreplace", write_through=True)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]


def flush() -> None:
    """Writes out what the program's streams hold; a stream that the program closed or replaced by anything is its own affair."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        try:
            if stream is not None:
                stream.flush()
        except ValueError, OSError, AttributeError:
            continue


def _nothing() -> None:
    return
