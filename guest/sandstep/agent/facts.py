"""What the debugger itself has to say, in the form of values that the editor can unfold."""

from collections.abc import Sequence

from .own import keep_builtins

keep_builtins(globals())


class Text(str):
    """Words of the debugger's: shown without quotes."""

    __slots__ = ()


class Facts:
    """Named values under a heading."""

    __slots__ = ("heading", "items")

    def __init__(self, items: Sequence[tuple[str, object]], heading: str = "") -> None:
        self.items = list(items)
        self.heading = heading
