"""What the program writes, on its way to the editor: in order, with the line that wrote it, in few messages."""

import codecs
import sys
from collections.abc import Callable
from types import FrameType

from . import evaluate
from .messages import Json
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())

_getframe = sys._getframe
_MOST = 32 << 10
_CATEGORIES = {1: "stdout", 2: "stderr"}


class Output:
    """Collects output and sends it as DAP's `output` events."""

    def __init__(self, send: Callable[[str, Json], None], sources: Sources, *, pokes: bool) -> None:
        self._send, self._sources, self._pokes = send, sources, pokes
        new_decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {category: new_decoder("replace") for category in _CATEGORIES.values()}
        self._texts: list[str] = []
        self._size = 0
        self._category = ""
        self._file: str | None = None
        self._line: int | None = None
        self._is_quiet = True
        self._column_open = False

    def write(self, stream: int, data: bytes) -> None:
        """The program wrote this. The first message after a quiet time goes out at once, and the host will poke us soon for more."""
        category = _CATEGORIES.get(stream, "stdout")
        text = self._decoders[category].decode(bytes(data))
        if not text:
            return
        file, line = self._place(_getframe(2))
        if category != self._category or line != self._line or file != self._file:
            self._emit()
            self._category, self._file, self._line = category, file, line
        self._texts.append(text)
        self._size += len(text)
        if self._size >= _MOST or not self._pokes or (self._is_quiet and text.endswith("\n")):
            self.flush()

    def _place(self, frame: FrameType | None) -> tuple[str | None, int | None]:
        """The line of the user's that is about to have written something."""
        owner = self._sources.owner
        while frame is not None:
            if frame.f_code.co_filename == evaluate.FILE:
                break
            if owner(frame.f_code) == "user":
                return frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
        return None, None

    def log(self, frame: FrameType, text: str) -> None:
        """A log point's line, on a line of its own."""
        if (self._texts and not self._texts[-1].endswith("\n")) or (not self._texts and self._column_open):
            text = "\n" + text
        self._emit()
        self._category, self._file, self._line = "console", frame.f_code.co_filename, frame.f_lineno
        self._texts.append(text + "\n")
        self.flush()

    def flush(self) -> None:
        """Sends all that there is."""
        self._is_quiet = not self._texts
        self._emit()

    def go_on(self) -> None:
        """After a stop: a poke that came meanwhile was not ours to answer, so none is awaited."""
        self._emit()
        self._is_quiet = True

    def _emit(self) -> None:
        if not self._texts:
            return
        text = "".join(self._texts)
        self._texts.clear()
        self._size = 0
        self._column_open = not text.endswith("\n")
        body: Json = {"category": self._category, "output": text}
        if self._file is not None and self._line is not None:
            body |= {"source": self._sources.source(self._file), "line": self._line}
        self._send("output", body)
