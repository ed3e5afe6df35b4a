"""Programs from before the node classes: objects that say by a number what they are."""

from __future__ import annotations

from typing import Any

from doeff_vm import _nodes as nodes
from doeff_vm._values import K

SHAPES: dict[int, tuple[type, tuple[str, ...]]] = {
    6: (nodes.Resume, ("continuation", "value")),
    7: (nodes.Transfer, ("continuation", "value")),
    16: (nodes.Apply, ("f", "args")),
    17: (nodes.Expand, ("expr",)),
    19: (nodes.Pass, ("effect", "continuation")),
    20: (nodes.WithHandler, ("handler", "body")),
    21: (nodes.ResumeThrow, ("continuation", "exception")),
    22: (nodes.TransferThrow, ("continuation", "exception")),
    23: (nodes.GetTraceback, ("continuation",)),
    24: (nodes.WithObserve, ("observer", "body")),
    25: (nodes.GetExecutionContext, ()),
    26: (nodes.GetHandlers, ("continuation",)),
    27: (nodes.GetOuterHandlers, ()),
}
PERFORMING = (5, 128)
DELEGATE = 8
VALUE = 0


def node_of(item: Any) -> Any:
    """The node that a tagged object stands for. Raises TypeError that says what is wrong with it."""
    tag = item.tag
    if tag in PERFORMING:
        return nodes.Perform(getattr(item, "effect", item))
    if tag == DELEGATE:
        _attribute("Delegate", item, "effect")
        raise TypeError("Delegate: re-perform the effect instead (yield effect)")
    if tag not in SHAPES and tag != VALUE:
        raise TypeError(f"unknown DoExpr tag: {tag}")
    if tag == VALUE:
        return nodes.Pure(getattr(item, "value", None))
    kind, names = SHAPES[tag]
    values = [_attribute(kind.__name__, item, name) for name in names]
    for name, value in zip(names, values, strict=True):
        if name == "continuation" and type(value) is not K:
            raise TypeError(f"{kind.__name__}: continuation must be K")
    return kind(*values)


def _attribute(node: str, item: Any, name: str) -> Any:
    try:
        return getattr(item, name)
    except AttributeError:
        raise TypeError(f"{node}: missing '{name}' attribute") from None
