"""From a syntax tree to the facts of `model.py`."""

from tree_sitter import Node, Tree

from ..model import MODULE, Assignment, Part, Value
from ..syntax import descendants, text_of
from ..text import Text
from .expressions import EXPRESSIONS
from .statements import STATEMENTS
from .walk import Walk


def extract(text: Text, tree: Tree) -> list[Part]:
    """The facts of each statement of the module, in order."""
    return [part(text, statement) for statement in tree.root_node.named_children if statement.type != "comment"]


def part(text: Text, statement: Node) -> Part:
    """The facts of one statement."""
    walk = Walk(text, STATEMENTS, EXPRESSIONS)
    try:
        walk.statement(statement)
    except RecursionError:
        return _opaque(text, statement)
    walk.finish()
    return walk.part


def _opaque(text: Text, statement: Node) -> Part:
    """Of a statement that is nested too deeply to be followed: that it may bind any of its names to anything."""
    names = {text_of(node): node for node in descendants(statement, "identifier", into_functions=True)}
    spans = {name: text.span(node.start_byte, node.end_byte) for name, node in names.items()}
    return Part(assignments=[Assignment(name, span, MODULE, Value("other", span)) for name, span in spans.items()])
