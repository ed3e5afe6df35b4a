"""What a request is about: the definition that a position names."""

from typing import TYPE_CHECKING, NamedTuple

from ..documents import Document
from ..kinds import Kind
from ..symbols import Symbol
from ..syntax import dotted, text_of
from ..text import Span

if TYPE_CHECKING:
    from ..server import Server


class Subject(NamedTuple):
    """A definition, what it is to effects, and the name in the document that stands for it."""

    symbol: Symbol
    kind: Kind | None
    span: Span
    document: Document


def subject_at(server: "Server", uri: str, line: int, column: int) -> Subject | None:
    """The definition that is named at a position of an open document."""
    document = server.document(uri)
    node = document.node_at(line, column) if document is not None else None
    if document is None or node is None or node.type != "identifier":
        return None
    parent = node.parent
    whole = parent if parent is not None and parent.type == "attribute" and parent.child_by_field_name("attribute") == node else node
    part, scope = document.view.scope_at(line, column)
    span = document.span_of(node)
    symbol = _defined_here(document, span) or server.index.resolver.name(document.view, part, scope, dotted(whole))
    if symbol is None and parent is not None and parent.type in ("dotted_name", "aliased_import"):
        symbol = server.index.resolver.name(document.view, part, scope, text_of(node))
    return Subject(symbol, server.index.kinds.of(symbol), span, document) if symbol is not None else None


def _defined_here(document: Document, span: Span) -> Symbol | None:
    for at in document.view.functions.values():
        if at.function.name_span == span:
            return Symbol(document.path, at.function.qualname)
    for found in document.view.classes.values():
        if found.cls.name_span == span:
            return Symbol(document.path, found.cls.qualname)
    return None
