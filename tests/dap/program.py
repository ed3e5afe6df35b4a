"""Programs under test: text with marks (`# @here`) in place of line numbers."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"@(\w+)(!?)")
_COMMENT = re.compile(r"#((?:\s*@\w+!?)+)\s*$")


@dataclass(frozen=True)
class Program:
    """A file with marks: `marks` gives the line of each; those written `@name!` want a breakpoint."""

    path: Path
    marks: dict[str, int]
    breakpoints: list[str]

    def line(self, mark: str) -> int:
        return self.marks[mark]

    def names(self, line: int) -> str:
        """The marks of a line, for a failure's message."""
        found = [name for name, at in self.marks.items() if at == line]
        return "/".join(found) or f"line {line}"


def read(path: Path) -> Program:
    marks: dict[str, int] = {}
    breakpoints: list[str] = []
    for number, text in enumerate(path.read_text().splitlines(), 1):
        comment = _COMMENT.search(text)
        for name, wanted in _MARK.findall(comment[1]) if comment else ():
            assert name not in marks, f"the mark {name} occurs twice"
            marks[name] = number
            if wanted:
                breakpoints.append(name)
    return Program(path, marks, breakpoints)


def write(folder: Path, text: str, name: str = "prog.py") -> Program:
    """Writes a program's text, dedented, and reads its marks."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip("\n"))
    return read(path)
