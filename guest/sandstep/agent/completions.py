"""Completion in the debug console: after names, dots, indices, calls and literals, and of keys."""

from types import FrameType
from typing import Any

from .messages import Json


def complete(text: str, line: int, column: int, frame: FrameType | None, space: dict[str, Any]) -> list[Json]:
    """DAP's CompletionItems for what stands before the cursor."""
    return []
