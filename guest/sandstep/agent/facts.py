"""What the debugger itself has to say, in the form of values that the editor can unfold."""

from collections.abc import Callable, Sequence

from .own import keep_builtins

keep_builtins(globals())


class Text(str):
    """Words of the debugger's: shown without quotes."""

    __slots__ = ()


class Facts:
    """Named values under a heading; those that are made by a function are made when they are first looked at."""

    __slots__ = ("_items", "_make", "heading")

    def __init__(self, items: Sequence[tuple[str, object]] | Callable[[], Sequence[tuple[str, object]]], heading: str = "") -> None:
        self._make = items if callable(items) else None
        self._items = None if callable(items) else list(items)
        self.heading = heading

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return self._make is None and not self._items

    @property
    def items(self) -> list[tuple[str, object]]:
        if self._items is None:
            assert self._make is not None
            self._items = list(self._make())
        return self._items
