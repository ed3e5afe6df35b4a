"""What a name means: where it is defined."""

from typing import NamedTuple


class Symbol(NamedTuple):
    """A definition: the file and the qualified name in it ("" for the module); without a file, the dotted name of what is not indexed."""

    path: str
    name: str

    @property
    def last(self) -> str:
        """The name without what it belongs to."""
        return self.name.rpartition(".")[2]
