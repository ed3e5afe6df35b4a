"""Shows the effect traceback of a program that dies, in place of Python's."""

from __future__ import annotations

import sys
from types import TracebackType

from sandstep.effects.traceback import DoeffTraceback

_earlier = sys.excepthook


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an exception that nothing caught: its effect traceback if it has one."""
    effects = DoeffTraceback.of(error)
    if effects is None:
        _earlier(kind, error, trace)
    else:
        print(effects.format_default(), file=sys.stderr, end="")


def watch() -> None:
    """Let uncaught exceptions be shown by `report`. What was the hook until now still gets those without effects."""
    global _earlier
    if sys.excepthook is not report:
        _earlier = sys.excepthook
        sys.excepthook = report
