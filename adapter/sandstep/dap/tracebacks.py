"""Tracebacks that a program writes: each entry leads to its line, as all output leads to the line that printed it."""

import os
import re
from collections.abc import Iterator

import msgspec

from .protocol import OutputEventBody, Source

_ENTRY = re.compile(
    r"""^[ |+]* File\ "(?P<file>[^"\n]+)",\ line\ (?P<line>\d{1,9})            # as Python writes it, in exception groups too
      | ^\ .*\ (?P<name>[^\s/\\]+\.py):(?P<number>\d{1,9})(?:\)\ ──)?$     # as effect tracebacks do, which name files without folders
    """,
    re.MULTILINE | re.VERBOSE,
)


class Tracebacks:
    """Knows the program's files by what tracebacks call them."""

    def __init__(self) -> None:
        self._paths: dict[str, str | None] = {}

    def loaded(self, source: Source) -> None:
        """The program has loaded a file. Where two have one name, it leads to neither."""
        path = source.path
        if path is not None:
            name = os.path.basename(path)
            self._paths[name] = path if self._paths.get(name, path) == path else None

    def linked(self, output: OutputEventBody) -> Iterator[OutputEventBody]:
        """What was written to stderr, taken apart before each entry of a traceback; anything else as it is."""
        entries = [*self._entries(output.output)] if output.category == "stderr" else []
        if not entries:
            yield output
            return
        if entries[0][0] > 0:
            yield msgspec.structs.replace(output, output=output.output[: entries[0][0]], source=None, line=None, column=None)
        ends = [begin for begin, _, _ in entries[1:]] + [len(output.output)]
        for (begin, path, line), end in zip(entries, ends, strict=True):
            source = Source(name=os.path.basename(path), path=path)
            yield msgspec.structs.replace(output, output=output.output[begin:end], source=source, line=line, column=None)

    def _entries(self, text: str) -> Iterator[tuple[int, str, int]]:
        """Where each begins, and the place that it names."""
        for match in _ENTRY.finditer(text):
            path = self._path(match["file"], match["name"])
            if path is not None:
                yield match.start(), path, int(match["line"] or match["number"])

    def _path(self, file: str | None, name: str | None) -> str | None:
        if file is not None:
            return file if os.path.isabs(file) and os.path.isfile(file) else None
        return self._paths.get(name or "")
