"""One breakpoint, whatever it stands at: what the editor asked for, whether it counts, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, NamedTuple

from .conditions import BadExpression, Expression, describe, parse_expression, parse_hit_condition, parse_log_message
from .messages import Json, StopReason
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())

type Log = Callable[[FrameType, str], None]
"""Writes the line of a log point that a frame has reached."""


class Hit(NamedTuple):
    """Why a place is one to stop at."""

    reason: StopReason
    breakpoints: list[int]
    text: str | None


@dataclass(eq=False)
class Breakpoint:
    """One breakpoint, by line or by name."""

    id: int
    asked: Json
    condition: Expression | None = None
    enough: Callable[[int], bool] | None = None
    log: Expression | None = None
    hits: int = 0
    wrong: str | None = None
    verified: bool = False
    message: str | None = None
    file: str | None = None
    line: int | None = None
    name: str = ""
    """What it is that it names, for one that has a name in place of a line."""

    def read(self) -> None:
        """Compiles what the user wrote; what makes no sense is kept to be told."""
        try:
            if self.asked.get("condition"):
                self.condition = parse_expression(self.asked["condition"])
            if self.asked.get("hitCondition"):
                self.enough = parse_hit_condition(self.asked["hitCondition"])
            if self.asked.get("logMessage"):
                self.log = parse_log_message(self.asked["logMessage"])
        except BadExpression as error:
            self.wrong = str(error)

    @property
    def is_plain_condition(self) -> bool:
        return self.condition is not None and self.enough is None and self.log is None

    def counts(self, frame: FrameType, log: Log, subjects: dict[str, Any] | None = None) -> tuple[bool, str | None]:
        """Whether to stop, and what to say. Counts hits and writes log points; expressions see `subjects` beside the frame's names.

        What raises stops: silence would look like a breakpoint that is not reached.
        """
        try:
            if self.condition is not None and not self._value(self.condition, frame, subjects):
                return False, None
        except Exception as error:
            return True, f"The condition {self.asked['condition']!r} raised {describe(error)}"
        self.hits += 1
        if self.enough is not None and not self.enough(self.hits):
            return False, None
        if self.log is None:
            return True, None
        try:
            log(frame, self._value(self.log, frame, subjects))
        except Exception as error:
            return True, f"The log message {self.asked['logMessage']!r} raised {describe(error)}"
        return False, None

    @staticmethod
    def _value(expression: Expression, frame: FrameType, subjects: dict[str, Any] | None) -> Any:
        return expression.evaluate(frame) if subjects is None else expression.evaluate_with(frame, subjects)

    def body(self, sources: Sources) -> Json:
        """DAP's Breakpoint."""
        body: Json = {"id": self.id, "verified": self.verified}
        if self.file is not None and self.line is not None:
            body |= {"line": self.line, "source": sources.source(self.file)}
        if self.message:
            body["message"] = self.message
            if not self.verified:
                body["reason"] = "failed" if self.wrong else "pending"
        return body


class Numbers:
    """Gives breakpoints their numbers: one that was there before keeps its own, and its hits."""

    def __init__(self) -> None:
        self._last = 0

    def breakpoint(self, asked: Json, old: list[Breakpoint]) -> Breakpoint:
        """The breakpoint that was asked for; it is taken off `old` if it is among those."""
        for each in old:
            if each.asked == asked:
                old.remove(each)
                return each
        self._last += 1
        breakpoint = Breakpoint(self._last, asked)
        breakpoint.read()
        return breakpoint
