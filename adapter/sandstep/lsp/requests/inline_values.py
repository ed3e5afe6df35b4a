"""Values of variables beside the lines of the function that is stopped, and expressions that a hover may evaluate."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types
from tree_sitter import Node

from ..converting import to_range
from ..documents import Document
from ..registry import request
from ..syntax import text_of
from ..text import Span

if TYPE_CHECKING:
    from ..server import Server

_SCOPES = ("function_definition", "lambda", "class_definition", "module")
_COMPREHENSIONS = ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
_LABELS = {"attribute": "attribute", "keyword_argument": "name"}
EVALUATABLE = "sandstep/evaluatableExpression"


@request(types.TEXT_DOCUMENT_INLINE_VALUE)
def inline_value(server: "Server", params: types.InlineValueParams) -> list[types.InlineValueVariableLookup]:
    """The variables of the stopped frame's own scope, once a line, as far as the line that is about to run."""
    document = server.document(params.text_document.uri)
    if document is None:
        return []
    stopped = params.context.stopped_location.start.line
    scope = _scope(document, stopped)
    names = _bound(scope)
    found: list[types.InlineValueVariableLookup] = []
    seen: set[tuple[int, str]] = set()
    for node in _own_names(scope):
        span, name = document.span_of(node), text_of(node)
        shown = params.range.start.line <= span.line <= min(params.range.end.line, stopped)
        if name in names and shown and (span.line, name) not in seen and not (span.line == stopped and _is_target(node)):
            seen.add((span.line, name))
            found.append(types.InlineValueVariableLookup(to_range(span), True, name))
    return found


def _scope(document: Document, line: int) -> Node:
    """The scope whose body the statement of a line is in."""
    text = document.text.line(line)
    byte = document.text.byte(line, len(text) - len(text.lstrip()))
    node = document.tree.root_node.descendant_for_byte_range(byte, byte)
    while node is not None:
        body = node.child_by_field_name("body") if node.type in _SCOPES else None
        if node.type == "module" or (body is not None and body.start_byte <= byte):
            return node
        node = node.parent
    return document.tree.root_node


def _own_names(scope: Node) -> Iterator[Node]:
    """The names in a scope's own code: not those of inner functions and comprehensions, nor labels."""
    waiting = [scope]
    while waiting:
        node = waiting.pop()
        if node.type == "identifier" and not _is_label(node):
            yield node
        for child in reversed(node.children):
            inner = child.type in _COMPREHENSIONS or (child.type in _SCOPES and child != scope)
            if not inner and child.type not in ("decorator", "type", "import_statement", "import_from_statement"):
                waiting.append(child)


def _is_label(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("function_definition", "class_definition", "dotted_name", "global_statement", "nonlocal_statement"):
        return parent.type != "dotted_name" or parent.parent is None or parent.parent.type != "case_pattern"
    field = _LABELS.get(parent.type)
    return field is not None and parent.child_by_field_name(field) == node


def _bound(scope: Node) -> set[str]:
    """The variables of a scope: parameters and what is assigned there. Functions, classes and imports are none that one wants to see."""
    names = set()
    for node in _own_names(scope):
        if _is_target(node) or _is_parameter(node):
            names.add(text_of(node))
    return names


def _is_parameter(node: Node) -> bool:
    each: Node | None = node
    while each is not None and each.parent is not None:
        parent = each.parent
        if parent.type in ("parameters", "lambda_parameters"):
            return True
        if parent.type not in (
            "typed_parameter",
            "default_parameter",
            "typed_default_parameter",
            "list_splat_pattern",
            "dictionary_splat_pattern",
        ):
            return False
        if parent.child_by_field_name("value") == each:
            return False
        each = parent
    return False


def _is_target(node: Node) -> bool:
    """Whether a name is assigned to where it stands."""
    each = node
    while each.parent is not None:
        parent = each.parent
        if parent.type in ("assignment", "augmented_assignment", "for_statement"):
            return parent.child_by_field_name("left") == each
        if parent.type == "named_expression":
            return parent.child_by_field_name("name") == each
        if parent.type in ("as_pattern_target", "case_pattern"):
            return True
        if parent.type not in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "dotted_name"):
            return False
        each = parent
    return False


@request(EVALUATABLE)
def evaluatable_expression(server: "Server", params: object) -> dict[str, object] | None:
    """The expression at a position that can be evaluated without running the program's code, and its range; None for anything else."""
    place = _place(params)
    document = server.document(place[0]) if place is not None else None
    if place is None or document is None:
        return None
    node = document.node_at(place[1], place[2])
    if node is None or node.type != "identifier" or (_is_label(node) and (node.parent is None or node.parent.type != "attribute")):
        return None
    if node.parent is not None and node.parent.type == "attribute" and node.parent.child_by_field_name("attribute") == node:
        node = node.parent
    if not _is_plain(node) or _in_import(node):
        return None
    span: Span = document.span_of(node)
    start, end = {"line": span.line, "character": span.column}, {"line": span.end_line, "character": span.end_column}
    return {"range": {"start": start, "end": end}, "expression": text_of(node)}


def _is_plain(node: Node) -> bool:
    if node.type == "identifier":
        return True
    if node.type == "attribute":
        inner = node.child_by_field_name("object")
        return inner is not None and _is_plain(inner)
    if node.type == "subscript":
        return all(child.type in ("integer", "string", "unary_operator") or _is_plain(child) for child in node.named_children)
    return False


def _in_import(node: Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if node.type in ("import_statement", "import_from_statement", "parameters", "decorator"):
            return node.type != "parameters"
    return False


def _place(params: object) -> tuple[str, int, int] | None:
    document, position = getattr(params, "text_document", None) or getattr(params, "textDocument", None), getattr(params, "position", None)
    uri, line, column = getattr(document, "uri", None), getattr(position, "line", None), getattr(position, "character", None)
    return (uri, line, column) if isinstance(uri, str) and isinstance(line, int) and isinstance(column, int) else None
