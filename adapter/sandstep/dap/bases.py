"""Lines and columns: from 1 inside of Sandstep, as the client counts them outside. The one place that converts."""

from typing import TypeVar

import msgspec

from .protocol import CompletionItem, InitializeRequestArguments, SetBreakpointsArguments

T = TypeVar("T")

_LINES = frozenset({"line", "end_line"})
_COLUMNS = frozenset({"column", "end_column"})


class Bases:
    """How a client counts."""

    def __init__(self, client: InitializeRequestArguments | None = None) -> None:
        self._line = 1 if client is not None and client.lines_start_at_1 is False else 0
        self._column = 1 if client is not None and client.columns_start_at_1 is False else 0

    def inward(self, value: T) -> T:
        """What the client said, with lines and columns from 1."""
        return value if not (self._line or self._column) else self._shift(value, 1)

    def outward(self, value: T) -> T:
        """What is said to the client, as it counts. The 0 of a place without a source stays 0."""
        return value if not (self._line or self._column) else self._shift(value, -1)

    def _shift(self, value: T, sign: int) -> T:
        if isinstance(value, list):
            return [self._shift(item, sign) for item in value]  # type: ignore[return-value]
        if not isinstance(value, msgspec.Struct):
            return value
        changes = {name: self._shift_field(value, name, getattr(value, name), sign) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **changes)

    def _shift_field(self, owner: msgspec.Struct, name: str, value: object, sign: int) -> object:
        if isinstance(owner, SetBreakpointsArguments) and name == "lines" and isinstance(value, list):
            return [line + sign * self._line for line in value]
        if isinstance(value, int):
            if name in _LINES:
                return max(0, value + sign * self._line)
            if name in _COLUMNS or (name == "start" and isinstance(owner, CompletionItem)):
                return max(0, value + sign * self._column)
        return self._shift(value, sign)
