"""Hit counts and times of traced runs, by line, for as long as the lines are those that ran."""

import asyncio
import sys
from typing import NamedTuple

import msgspec

from .text import Span


class Spent(NamedTuple):
    """How often a line ran, and how long in all, in nanoseconds."""

    times: int
    time: int


class TraceError(Exception):
    """A trace cannot be read; the message is one sentence that says why and what to do."""


class Traces:
    """The trace that is shown."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[int, Spent]] = {}

    def of(self, path: str) -> dict[int, Spent]:
        """By line, from 0."""
        return self._lines.get(path, {})

    def clear(self) -> None:
        self._lines.clear()

    async def load(self, file: str) -> int:
        """Reads what `sandstep run --trace FILE` has written; how many lines have run. Raises TraceError."""
        command = (sys.executable, "-P", "-m", "sandstep.lsp.trace_reading", file)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe)
        try:
            out, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise TraceError((errors.decode("utf-8", "replace").strip().splitlines() or ["The trace cannot be read."])[-1])
        rows = msgspec.json.decode(out, type=list[tuple[str, int, int, int]])
        self._lines = {}
        for path, line, times, time in rows:
            self._lines.setdefault(path, {})[line - 1] = Spent(times, time)
        return len(rows)

    def edited(self, path: str, span: Span | None, text: str) -> None:
        """Lines that were changed lose their figures; those below move along."""
        lines = self._lines.get(path)
        if lines is None:
            return
        if span is None:
            del self._lines[path]
            return
        more = text.count("\n") - (span.end_line - span.line)
        whole = span.column == 0 and span.end_column == 0 and (not text or text.endswith("\n"))
        last = span.end_line - 1 if whole else span.end_line
        kept = {line: spent for line, spent in lines.items() if line < span.line}
        kept.update({line + more: spent for line, spent in lines.items() if line > last})
        self._lines[path] = kept
