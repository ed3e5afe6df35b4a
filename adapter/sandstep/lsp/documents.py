"""Open documents: the text as it is in the editor, its tree, and its facts, brought up to date with each keystroke."""

from tree_sitter import Node, Tree

from .extraction import part
from .model import Module, Part
from .syntax import parse
from .text import Span, Text, encoded
from .uris import path_of
from .view import View


class Document:
    """A Python file that is open in the editor."""

    def __init__(self, uri: str, content: str, version: int) -> None:
        self.uri, self.path, self.version = uri, path_of(uri) or uri, version
        self._known: dict[tuple[int, int, str, bytes], Part] = {}
        self.text = Text(encoded(content))
        self.tree: Tree = parse(self.text.data)
        self.view = self._read(None)

    def replace(self, span: Span | None, content: str) -> None:
        """Replaces a range, or everything. `refresh` has to follow once all changes of a message are in."""
        if span is None:
            self.text = Text(encoded(content))
            self.tree = parse(self.text.data)
            return
        self.text, edit = self.text.replace(span, content)
        points = edit.start_point, edit.old_end_point, edit.new_end_point
        self.tree.edit(edit.start, edit.old_end, edit.new_end, *points)
        self.tree = parse(self.text.data, self.tree)

    def refresh(self) -> None:
        """Brings the facts up to date."""
        self.view = self._read(self.view)

    def _read(self, before: View | None) -> View:
        """A statement that stands where it stood, with the text that it had, is not looked at again."""
        known: dict[tuple[int, int, str, bytes], Part] = {}
        parts = []
        for statement in self.tree.root_node.named_children:
            if statement.type == "comment":
                continue
            place, source = self.text.position(statement.start_byte), self.text.data[statement.start_byte : statement.end_byte]
            key = (*place, statement.type, source)
            found = self._known.get(key) or part(self.text, statement)
            if not statement.has_error:  # what is broken may be read otherwise next time
                known[key] = found
            parts.append(found)
        self._known = known
        return View(Module(self.path, parts), before)

    def node_at(self, line: int, column: int) -> Node | None:
        """The smallest node at a position; at the end of a name, the name."""
        byte = self.text.byte(line, column)
        found = self.tree.root_node.named_descendant_for_byte_range(byte, byte)
        if byte and (found is None or found.type != "identifier"):
            before = self.tree.root_node.named_descendant_for_byte_range(byte - 1, byte)
            if before is not None and before.type == "identifier":
                return before
        return found

    def span_of(self, node: Node) -> Span:
        return self.text.span(node.start_byte, node.end_byte)

    def node_of(self, span: Span, *types: str) -> Node | None:
        """The node of one of these types that has exactly this place."""
        start, end = self.text.byte(span.line, span.column), self.text.byte(span.end_line, span.end_column)
        node = self.tree.root_node.descendant_for_byte_range(start, end)
        while node is not None and (node.start_byte, node.end_byte) == (start, end):
            if node.type in types:
                return node
            node = node.parent
        return None
