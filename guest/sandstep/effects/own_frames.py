"""The runtime's own frames in Python's tracebacks, and errors that nobody can receive."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import FrameType, TracebackType
from typing import Any

from sandstep.effects.chain import AnyGenerator

OWN_PREFIXES = (__name__.rpartition(".")[0] + ".", "doeff_vm.")


def strip(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the machine's own entries at its outer end."""
    while trace is not None and is_own(trace.tb_frame):
        trace = trace.tb_next
    return trace


def without_own(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without any entries of the runtime's."""
    kept = []
    while trace is not None:
        if not is_own(trace.tb_frame):
            kept.append(trace)
        trace = trace.tb_next
    for entry, following in pairwise([*kept, None]):
        if entry is not None:
            entry.tb_next = following
    return kept[0] if kept else None


def is_own(frame: FrameType) -> bool:
    """Whether a frame runs the runtime's code, not a program's."""
    return str(frame.f_globals.get("__name__", "")).startswith(OWN_PREFIXES)


def close(generator: AnyGenerator) -> None:
    """End a generator; an error in its `finally` blocks is reported as Python reports those of abandoned generators."""
    try:
        generator.close()
    except BaseException as error:
        unraisable(error, generator)


def unraisable(error: BaseException, generator: AnyGenerator) -> None:
    """Report an error that nobody can receive."""
    sys.unraisablehook(Unraisable(type(error), error, strip(error.__traceback__), None, generator))


class Unraisable:
    """The argument of `sys.unraisablehook`."""

    __slots__ = ("err_msg", "exc_traceback", "exc_type", "exc_value", "object")

    def __init__(self, *fields: Any) -> None:
        self.exc_type, self.exc_value, self.exc_traceback, self.err_msg, self.object = fields
