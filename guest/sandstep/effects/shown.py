"""How the values of a program are shown in messages and traces."""

from __future__ import annotations

REPR_LIMIT = 500
"""Characters."""


def shown(value: object) -> str:
    """The repr of a value, cut; what its `__repr__` raises is shown in its place."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
    return text if len(text) <= REPR_LIMIT else text[:REPR_LIMIT] + "…"
