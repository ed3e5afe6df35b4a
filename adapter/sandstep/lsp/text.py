"""The text of a document: positions as LSP counts them (UTF-16), places as tree-sitter counts them (bytes), and edits."""

import re
from bisect import bisect_right
from typing import NamedTuple

import msgspec

_LINE_END = re.compile(rb"\r\n|\n|\r")
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
MOST_BYTES = 4_000_000
"""Larger files are left alone: no program that people write is as long."""


class Span(msgspec.Struct, array_like=True, frozen=True, order=True, gc=False):
    """A range of a document: lines from 0, columns in UTF-16 units, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def holds(self, line: int, column: int) -> bool:
        """Whether a position is in it, or right at its end."""
        return (self.line, self.column) <= (line, column) <= (self.end_line, self.end_column)


class Edit(NamedTuple):
    """What was replaced, in bytes, and as tree-sitter's points (row, byte in the row) before and after."""

    start: int
    old_end: int
    new_end: int
    start_point: tuple[int, int]
    old_end_point: tuple[int, int]
    new_end_point: tuple[int, int]


class Text:
    """A text that does not change; `replace` makes another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._ascii = data.isascii()
        self.starts = [0, *(found.end() for found in _LINE_END.finditer(data))]

    def position(self, byte: int) -> tuple[int, int]:
        """Line and UTF-16 column of a byte."""
        line = bisect_right(self.starts, byte) - 1
        start = self.starts[line]
        if self._ascii:
            return line, byte - start
        return line, _units(self.data[start:byte])

    def span(self, start: int, end: int) -> Span:
        return Span(*self.position(start), *self.position(end))

    def byte(self, line: int, column: int) -> int:
        """The byte of a position; what lies beyond a line's or the text's end is that end. Never inside a character."""
        if line >= len(self.starts):
            return len(self.data)
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.data)
        text = self.data[start:end].rstrip(b"\r\n") if line + 1 < len(self.starts) else self.data[start:end]
        if self._ascii:
            return start + min(column, len(text))
        units = 0
        for place, lead in enumerate(text):
            if lead & 0xC0 == 0x80:
                continue
            if units >= column:
                return start + place
            units += 2 if lead >= 0xF0 else 1
        return start + len(text)

    def line(self, line: int) -> str:
        """A line's text without its end; "" beyond the last."""
        if line >= len(self.starts):
            return ""
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.data)
        return self.data[self.starts[line] : end].decode("utf-8", "replace").rstrip("\r\n")

    def slice(self, span: Span) -> str:
        return self.data[self.byte(span.line, span.column) : self.byte(span.end_line, span.end_column)].decode("utf-8", "replace")

    def replace(self, span: Span, text: str) -> "tuple[Text, Edit]":
        """The text with a range replaced, and what tree-sitter has to be told."""
        start, end = sorted((self.byte(span.line, span.column), self.byte(span.end_line, span.end_column)))
        new = encoded(text)
        changed = Text(self.data[:start] + new + self.data[end:])
        new_end = start + len(new)
        return changed, Edit(start, end, new_end, self._point(start), self._point(end), changed._point(new_end))

    def _point(self, byte: int) -> tuple[int, int]:
        line_start = self.data.rfind(b"\n", 0, byte) + 1
        return self.data.count(b"\n", 0, byte), byte - line_start


def _units(data: bytes) -> int:
    """UTF-16 units of some UTF-8."""
    return sum((lead & 0xC0 != 0x80) + (lead >= 0xF0) for lead in data)


def encoded(text: str) -> bytes:
    """UTF-8; a lone surrogate, which an editor may send while one types, becomes one character that has as many units."""
    return text.encode("utf-8", "replace") if not text.isascii() else text.encode()


def decode_source(data: bytes) -> bytes | None:
    """A Python file's bytes as UTF-8, by its coding line or byte order mark; None for what is no text, or too long."""
    if len(data) > MOST_BYTES or b"\0" in data:
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    for line in data.split(b"\n", 2)[:2]:
        found = _CODING.match(line)
        if found is not None and found[1].lower().replace(b"_", b"-") not in (b"utf-8", b"utf8", b"ascii"):
            try:
                return data.decode(found[1].decode()).encode()
            except (LookupError, ValueError):
                return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return data
