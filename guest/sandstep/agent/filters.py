"""Conditions of filters: the names that something may have, or an expression about it."""

import builtins
import re
from collections.abc import Collection
from types import FrameType
from typing import Any, NamedTuple

from . import objects
from .conditions import Expression, describe, parse_expression
from .own import keep_builtins

keep_builtins(globals())

_NAMES = re.compile(r"\s*[A-Za-z_][\w.]*(\s*,\s*[A-Za-z_][\w.]*)*\s*\Z")
_EXCEPTION_NAMES = frozenset(name for name, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, BaseException))


class Verdict(NamedTuple):
    """Whether to stop, and what to say about a condition that could not be evaluated."""

    stops: bool
    why: str | None = None


class Filter:
    """What to stop at among things of one kind: those that have one of some names, or for which an expression holds.

    `subjects` are the names under which an expression finds the thing. Raises BadExpression for a condition that makes no sense.
    """

    def __init__(self, condition: str | None, subjects: Collection[str]) -> None:
        self.source = condition.strip() if condition else ""
        self._names: list[str] = []
        self._expression: Expression | None = None
        if self.source and _NAMES.match(self.source):
            names = [name.strip() for name in self.source.split(",")]
            if not self._is_about(names, subjects):
                self._names = names
        if self.source and not self._names:
            self._expression = parse_expression(self.source)

    def _is_about(self, names: list[str], subjects: Collection[str]) -> bool:
        """Whether what looks like names is an expression."""
        return any(name.partition(".")[0] in subjects for name in names)

    def needs_frame(self, names: Collection[str]) -> bool | None:
        """Whether an expression has to be evaluated for a thing with these names; None: it is not one to stop at."""
        if self._names:
            return False if any(name in names for name in self._names) else None
        return self._expression is not None

    def takes(self, names: Collection[str], frame: FrameType, subjects: dict[str, Any]) -> Verdict:
        """Whether to stop at a thing with these names. An expression sees what the frame sees; one that raises stops."""
        if self._names:
            return Verdict(any(name in names for name in self._names))
        if self._expression is None:
            return Verdict(True)
        try:
            return Verdict(bool(self._expression.evaluate_with(frame, subjects)))
        except Exception as failure:
            return Verdict(True, f"The condition {self.source!r} raised {describe(failure)}")


class ExceptionFilter(Filter):
    """Names are those of types; what is written in small letters and is no built-in exception is a variable of the program's."""

    def __init__(self, condition: str | None) -> None:
        super().__init__(condition, ("exception", "exc"))

    def _is_about(self, names: list[str], subjects: Collection[str]) -> bool:
        return super()._is_about(names, subjects) or all(name[0].islower() and name not in _EXCEPTION_NAMES for name in names)

    def takes_error(self, error: BaseException, frame: FrameType, **more: Any) -> Verdict:
        """Whether to stop at an exception."""
        return self.takes(type_names(type(error)), frame, {"exception": error, "exc": error, **more})


def type_names(cls: type) -> set[str]:
    """Under which names a class or a base of its may be written."""
    names = set()
    for each in objects.mro(cls):
        names |= {objects.full_name(each), objects.qualname(each), objects.qualname(each).rpartition(".")[2]}
    return names
