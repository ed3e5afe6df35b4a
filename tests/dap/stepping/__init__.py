"""Examples of stepping, as tables.

A case is a program with marks and a line of steps. `stop a` waits for the first stop, at mark `a`; `over`, `into`, `out` and `go`
(continue) say where they lead; `end` is the end of the program. A mark may be followed by `:reason`, where it is not the plain one of the
action, and by `?expression`, which must be true there. Breakpoints are the marks written `@name!`.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    name: str
    program: str
    steps: str
    breakpoints: list[str] | None = None
    """The marks at which to stop, where those written `@name!` are not what is meant."""


def row(situation: str, program: str, *, over: str, into: str, out: str, elsewhere: str = "") -> list[Case]:
    """The cells of one row of the table in docs/stepping.md: a case for each command, all beginning with the stop at mark `here`.

    `elsewhere` has a breakpoint at the mark `other` too.
    """
    cells = {"over": over, "into": into, "out": out, "elsewhere": elsewhere}
    return [
        Case(f"{situation}: {command}", program, f"stop here; {steps}", ["here", "other"] if command == "elsewhere" else ["here"])
        for command, steps in cells.items()
        if steps
    ]
