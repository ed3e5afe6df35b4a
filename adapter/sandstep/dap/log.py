"""The protocol's log: all that is said, if SANDSTEP_LOG names a file; and what was dropped as nonsense, in any case but bounded."""

import sys
import time
from typing import TextIO

_MOST_NOTES = 20
_MOST_OF_A_MESSAGE = 4000


class Log:
    """One line a message. Without a file, notes go to stderr."""

    def __init__(self, path: str | None) -> None:
        self._file: TextIO | None = open(path, "a", buffering=1, encoding="utf-8") if path else None  # noqa: SIM115 - lives as we do
        self._notes = 0

    def said(self, who: str, payload: bytes) -> None:
        """A message, as it went over the wire; `who` is `→` or `←` with whom it went to or came from."""
        if self._file is not None:
            text = payload[:_MOST_OF_A_MESSAGE].decode(errors="replace")
            self._file.write(f"{time.time():.6f} {who} {text}\n")

    def note(self, text: str) -> None:
        """Something that should not have happened. What comes from the guest can happen as often as it likes, so they are counted."""
        self._notes += 1
        if self._notes <= _MOST_NOTES:
            more = " (no more such lines will follow)" if self._notes == _MOST_NOTES else ""
            print(f"sandstep: {text[:500]}{more}", file=self._file or sys.stderr)
