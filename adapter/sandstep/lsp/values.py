"""Expressions as values that can be told from the syntax."""

from collections.abc import Callable

from tree_sitter import Node

from .model import Value, ValueKind
from .syntax import dotted, inner, string_value, text_of
from .text import Span, Text

_DEEPEST = 4
_KINDS: dict[str, ValueKind] = {
    "integer": "int",
    "float": "float",
    "true": "bool",
    "false": "bool",
    "none": "none",
    "list": "list",
    "tuple": "tuple",
    "dictionary": "dict",
    "set": "set",
    "list_comprehension": "list",
    "dictionary_comprehension": "dict",
    "set_comprehension": "set",
    "comparison_operator": "operation",
    "not_operator": "operation",
    "lambda": "operation",
}


def value_of(text: Text, node: Node, call_at: Callable[[Span], int], depth: int = 0) -> Value:
    """The value of an expression; `call_at` answers the index of a call by its place."""
    node = inner(node)
    span = text.span(node.start_byte, node.end_byte)
    if node.type in ("string", "concatenated_string"):
        content = string_value(node)
        is_bytes = text_of(node)[:2].lower().startswith(("b", "rb"))
        return Value("bytes" if is_bytes else "str", span, content or "") if content is not None else Value("operation", span, "str")
    if node.type in ("identifier", "attribute"):
        name = dotted(node)
        return Value("name", span, name) if name else Value("other", span)
    if node.type == "call":
        return Value("call", span, dotted(node.child_by_field_name("function")), call_at(span))
    if node.type == "unary_operator" and node.named_children and node.named_children[-1].type in ("integer", "float"):
        return Value(_KINDS[node.named_children[-1].type], span, text_of(node))
    kind = _KINDS.get(node.type, "other")
    if node.type in ("list", "tuple", "set") and depth < _DEEPEST:
        items = [value_of(text, child, call_at, depth + 1) for child in node.named_children if child.type != "comment"]
        return Value(kind, span, items=items)
    return Value(kind, span, text_of(node) if kind in ("int", "float", "bool") else node.type if kind == "list" else "")
