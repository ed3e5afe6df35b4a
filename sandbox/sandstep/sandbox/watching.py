"""What `sandstep run` does with what a program tells while it runs: writes its trace, shows its progress, or makes a profile."""

import os
import sys
import time
from typing import Protocol

from . import progress
from .trace_events import Decoder
from .trace_files import Writer


class Watcher(Protocol):
    """Takes the frames `t` and `T` of a worker."""

    def take(self, frame: bytes) -> None: ...
    def finish(self) -> None: ...


class Tracing:
    """Hands the events of a trace to what writes them."""

    def __init__(self, writer: Writer) -> None:
        self._decoder, self._writer = Decoder(), writer

    def take(self, frame: bytes) -> None:
        """Raises BadTrace."""
        self._writer.write(self._decoder.decode(frame))

    def finish(self) -> None:
        self._writer.finish()


class ShowProgress:
    """Keeps one line on stderr up to date."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._live = sys.stderr.isatty()

    def take(self, frame: bytes) -> None:
        told = progress.decode(frame)
        if told is not None:
            width = os.get_terminal_size(sys.stderr.fileno()).columns - 1 if self._live else 120
            said = progress.text(told, time.monotonic() - self._began, width)
            sys.stderr.write(f"\r\x1b[2K{said}" if self._live else f"{said}\n")
            sys.stderr.flush()

    def finish(self) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
