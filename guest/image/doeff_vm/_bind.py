"""What makes `yield from node` work: the node is yielded once, and the answer is the value."""

from collections.abc import Generator
from typing import Any


def bind(node: Any) -> Generator[Any, Any, Any]:
    """Yield the node and return what is sent back."""
    return (yield node)


def returning(value: Any) -> Generator[Any, Any, Any]:
    """A stream that ends at once with a value."""
    return value
    yield
