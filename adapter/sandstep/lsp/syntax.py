"""Python's syntax, by tree-sitter: a parser that understands files with errors in them, and looks at nodes."""

import ast
from collections.abc import Iterator
from functools import lru_cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Tree

_LANGUAGE = Language(tree_sitter_python.language())
DEEPEST = 6_000
"""The recursion limit of processes that walk trees: a sum of a thousand terms is a tree of a thousand levels."""


def parse(data: bytes, old: Tree | None = None) -> Tree:
    """The tree of a text; with the old tree, to which edits were told, only what changed is parsed."""
    return _parser().parse(data, old) if old is not None else _parser().parse(data)


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(_LANGUAGE)


def text_of(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def dotted(node: Node | None) -> str:
    """`a.b.c` of an expression that is such a name; "" for any other."""
    parts = []
    while node is not None and node.type == "attribute":
        parts.append(text_of(node.child_by_field_name("attribute")))
        node = node.child_by_field_name("object")
    if node is None or node.type != "identifier":
        return ""
    return ".".join([text_of(node), *reversed(parts)])


def inner(node: Node) -> Node:
    """An expression without the parentheses around it."""
    while node.type == "parenthesized_expression" and node.named_child_count:
        content = next((child for child in node.named_children if child.type != "comment"), None)
        if content is None:
            return node
        node = content
    return node


def string_value(node: Node) -> str | None:
    """The value of a string or of bytes as text; None for one with parts that only running it would tell."""
    if node.type == "concatenated_string":
        parts = [string_value(child) for child in node.named_children if child.type != "comment"]
        return "".join(part for part in parts if part is not None) if None not in parts else None
    if any(child.type == "interpolation" for child in node.children) or node.has_error:
        return None
    try:
        value = ast.literal_eval(text_of(node))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else value.decode("latin-1") if isinstance(value, bytes) else None


def named_names(node: Node | None) -> list[str]:
    """The dotted names of an annotation, or a tuple of classes: `Fetch | Store`, `Union[A, B]`, `"Fetch"`, `(A, B)`."""
    if node is None:
        return []
    name = dotted(node)
    if name:
        return [name]
    if node.type == "string":
        quoted = string_value(node)
        if quoted is None:
            return []
        found = parse(quoted.encode()).root_node
        return [each for child in found.named_children for each in named_names(child)]
    if node.type in ("generic_type", "subscript"):
        return _generic_names(node)
    return [each for child in node.named_children for each in named_names(child)]


def _generic_names(node: Node) -> list[str]:
    """Those of `Union[A, B]` are A and B, that of `Annotated[A, …]` is A, and that of any other `A[B]` is A."""
    base, *rest = node.named_children
    name = dotted(base)
    inside = [each for child in rest for each in named_names(child)]
    match name.rpartition(".")[2]:
        case "Union" | "Optional":
            return inside
        case "Annotated":
            return inside[:1]
    return [name] if name else []


def docstring(body: Node | None) -> str:
    """The docstring of a function's or a class's body."""
    if body is None:
        return ""
    first = next((child for child in body.named_children if child.type != "comment"), None)
    if first is None or first.type != "expression_statement" or first.named_child_count != 1:
        return ""
    content = first.named_children[0]
    return (string_value(content) or "").strip() if content.type in ("string", "concatenated_string") else ""


def descendants(node: Node, *types: str, into_functions: bool = False) -> Iterator[Node]:
    """All nodes of these types below a node, in order; those of inner functions and classes if wanted."""
    waiting = list(reversed(node.children))
    while waiting:
        each = waiting.pop()
        if each.type in types:
            yield each
        if into_functions or each.type not in ("function_definition", "class_definition", "lambda"):
            waiting += reversed(each.children)
