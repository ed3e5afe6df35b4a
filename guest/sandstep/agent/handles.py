"""The references under which the editor unfolds things: numbers that stay the same from stop to stop for the same frame and path."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from .messages import RequestError
from .own import keep_builtins

keep_builtins(globals())

CLONES_FIRST = 2**24
"""References that are made in a clone begin here."""
_MOST_FRAMES = 5000
_MOST_NODES = 500_000


class Node:
    """Something that can be unfolded, or is an unfolded thing's part: how it is reached, and, at this stop, what it is."""

    __slots__ = ("children", "expression", "key", "parent", "reference", "stop", "value")

    def __init__(self, parent: Node | None, key: object, expression: str | None) -> None:
        self.parent = parent
        self.key = key
        self.expression = expression
        """Evaluates to it in its frame; None where no expression does."""
        self.reference = 0
        self.children: dict[object, Node] = {}
        self.stop = -1
        self.value: Any = None

    @property
    def root(self) -> Node:
        node = self
        while node.parent is not None:
            node = node.parent
        return node


class Handles:
    """All nodes that have been shown, by reference."""

    def __init__(self) -> None:
        self._stop = 0
        self._last = 0
        self._nodes: dict[int, Node] = {}
        self._roots: dict[object, Node] = {}
        self._holding: list[Node] = []
        self._frames: dict[int, tuple[CodeType, int]] = {}
        self._last_frame = 0
        self.find: Callable[[Node], object] = lambda node: None
        """Finds a part of its parent's value anew; raises LookupError."""

    def begin_stop(self) -> None:
        self._stop += 1

    def end_stop(self) -> None:
        """The program goes on: nothing of its is held any longer."""
        for node in self._holding:
            node.value, node.stop = None, -1
        self._holding.clear()
        if len(self._nodes) > _MOST_NODES:
            self._nodes.clear()
            self._roots.clear()

    def begin_clone(self) -> None:
        self._last = CLONES_FIRST

    def frame_number(self, frame: FrameType) -> int:
        """A number that no other frame ever has. `f_trace_lines` serves as the mark of a frame that has one: frames cannot be held while
        the program runs, or what they hold would live longer than it should, and addresses are used again."""
        known = self._frames.get(id(frame))
        if known is not None and known[0] is frame.f_code and not frame.f_trace_lines:
            return known[1]
        if len(self._frames) > _MOST_FRAMES:
            self._frames.clear()
        self._last_frame += 1
        self._frames[id(frame)] = frame.f_code, self._last_frame
        frame.f_trace_lines = False
        return self._last_frame

    def root(self, key: object, value: object, expression: str | None = None) -> Node:
        """The node that begins a tree: a scope of a frame, or the result of an evaluation."""
        node = self._roots.get(key)
        if node is None:
            node = self._roots[key] = Node(None, key, expression)
        self.hold(node, value)
        return node

    def child(self, parent: Node, key: object, value: object, expression: str | None) -> Node:
        node = parent.children.get(key)
        if node is None:
            node = parent.children[key] = Node(parent, key, expression)
        self.hold(node, value)
        return node

    def hold(self, node: Node, value: object) -> None:
        """This is what the node is at this stop."""
        node.value = value
        if node.stop != self._stop:
            node.stop = self._stop
            self._holding.append(node)

    def reference(self, node: Node) -> int:
        if not node.reference:
            self._last += 1
            node.reference = self._last
            self._nodes[node.reference] = node
        return node.reference

    def node(self, reference: int) -> Node:
        """The node of a reference, with its value of this stop. Refuses what is gone: it never shows another thing's parts."""
        node = self._nodes.get(reference)
        if node is None:
            raise RequestError("There are no variables with this reference.")
        self._refresh(node)
        return node

    def _refresh(self, node: Node) -> None:
        if node.stop == self._stop:
            return
        if node.parent is None:
            raise RequestError("This reference is of an earlier stop, and what it meant is no longer there.")
        self._refresh(node.parent)
        try:
            self.hold(node, self.find(node))
        except LookupError:
            raise RequestError("This reference is of an earlier stop, and what it meant is no longer there.") from None
