"""Sources with marks: `⟦code|text⟧` is where a diagnostic is expected, `¦` is a position, `¦name¦` a named one."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import NamedTuple

from lsprotocol import types

_EXPECTED = re.compile(r"⟦([\w-]+)\|(.*?)⟧", re.DOTALL)
_POSITION = re.compile(r"¦(?:(\w+)¦)?")


class Marked(NamedTuple):
    """A source without its marks: `expected` are (code, line from 0, the text that is underlined), `at` the positions by name."""

    text: str
    expected: list[tuple[str, int, str]]
    at: dict[str, types.Position]


def read(source: str) -> Marked:
    """Marks may not be nested."""
    text = dedent(source).lstrip("\n")
    expected: list[tuple[str, int, str]] = []
    while (found := _EXPECTED.search(text)) is not None:
        expected.append((found[1], text.count("\n", 0, found.start()), found[2]))
        text = text[: found.start()] + found[2] + text[found.end() :]
    at: dict[str, types.Position] = {}
    while (place := _POSITION.search(text)) is not None:
        line = text.count("\n", 0, place.start())
        column = len(text[text.rfind("\n", 0, place.start()) + 1 : place.start()].encode("utf-16-le")) // 2
        at[place[1] or ""] = types.Position(line, column)
        text = text[: place.start()] + text[place.end() :]
    return Marked(text, expected, at)


def under(text: str, place: types.Range) -> str:
    """The text of a range, whose columns are UTF-16."""
    lines = text.split("\n")[place.start.line : place.end.line + 1]
    units = [line.encode("utf-16-le") for line in lines]
    units[-1] = units[-1][: 2 * place.end.character]
    units[0] = units[0][2 * place.start.character :]
    return "\n".join(each.decode("utf-16-le") for each in units)


def applied(text: str, edits: list[types.TextEdit]) -> str:
    """The text with edits made, which must not overlap."""
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        line = lines[position.line].encode("utf-16-le")[: 2 * position.character].decode("utf-16-le")
        return sum(len(each) + 1 for each in lines[: position.line]) + len(line)

    for edit in sorted(edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text
