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
