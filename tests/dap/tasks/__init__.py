"""What every task shows when a program stands still, as tables.

A case is a program with marks and a table of what the editor sees. A line `stop a`, `go a`, `over a`, `into a` or `out a` says where the
program stands then; `raise a` is a stop at an exception that nobody catches, wherever the program went on from. Below it stands a line
for each thread, in the adapter's order:

    name * : frame < frame < [task @spawned] < frame

`*` marks the thread that stopped. A stack is read from the inside out. A frame is `function@mark`, where `mark` is the mark of its line
(or the line itself), and `function@file` if it is not of the program; `effect?@mark` is a dispatch, `handler!Effect@mark` a handler that
handles an effect, and `[task @mark]` the edge to the task's parent with the place where it was spawned. A line that begins with `<` goes
on with the stack above it. Breakpoints are the marks written `@name!`. At the last stop the program may go on to its end: `end`.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Case(NamedTuple):
    name: str
    program: str
    table: str
    launch: dict[str, Any] = {}  # noqa: RUF012 - attributes of the launch, never changed
