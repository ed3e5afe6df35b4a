"""The parameters of functions."""

from typing import Literal

import msgspec
from tree_sitter import Node

from ..model import Parameter
from ..syntax import named_names, text_of
from .walk import Walk


def parameters(walk: Walk, node: Node | None) -> list[Parameter]:
    """Those of a function, without the separators but for a bare `*`."""
    taken: list[Parameter] = []
    for child in node.named_children if node is not None else ():
        one = parameter(walk, child) if child.type != "comment" else None
        if one is None:
            continue
        if one.kind == "positional" and any(each.kind == "*" for each in taken):
            one = msgspec.structs.replace(one, kind="keyword")
        if one.name or one.kind == "*":
            taken.append(one)
    return taken


def parameter(walk: Walk, node: Node) -> Parameter | None:
    """One of them; its default is visited."""
    kinds: dict[str, Literal["*", "**"]] = {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"}
    annotation, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    name = node.child_by_field_name("name") or (node if node.type == "identifier" else next(iter(node.named_children), None))
    if node.type in ("keyword_separator", "positional_separator"):
        return Parameter("", [], "", False, "*" if node.type == "keyword_separator" else "positional", walk.span_of(node))
    if name is None:
        return None
    if value is not None:
        walk.visit(value)
    kind = kinds.get(name.type) or kinds.get(node.type) or "positional"
    plain = text_of(name).lstrip("*")
    return Parameter(plain, named_names(annotation), text_of(annotation), value is not None, kind, walk.span_of(node))
