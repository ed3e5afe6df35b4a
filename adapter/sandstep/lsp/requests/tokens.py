"""Semantic tokens: names that are effects, programs, handlers, tasks or operations on a continuation."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from ..documents import Document
from ..library import role_of
from ..model import Value
from ..registry import request
from ..symbols import Symbol
from ..text import Span

if TYPE_CHECKING:
    from ..server import Server

TYPES = ["effect", "program", "handler", "task", "continuation"]
"""The extension says which standard type each looks like where a theme does not know it."""
LEGEND = types.SemanticTokensLegend(TYPES, [])


@request(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
def semantic_tokens_full(server: "Server", params: types.SemanticTokensParams) -> types.SemanticTokens:
    document = server.document(params.text_document.uri)
    data: list[int] = []
    line = column = 0
    for span, kind in sorted(set(_tokens(server, document))) if document is not None else ():
        data += [span.line - line, span.column - (column if span.line == line else 0), span.end_column - span.column, TYPES.index(kind), 0]
        line, column = span.line, span.column
    return types.SemanticTokens(data)


def _tokens(server: "Server", document: Document) -> Iterator[tuple[Span, str]]:
    view, kinds = document.view, server.index.kinds
    for name, at in view.functions.items():
        kind = _type(server, Symbol(view.path, name))
        if kind:
            yield at.function.name_span, kind
    for name, found in view.classes.items():
        if kinds.of(Symbol(view.path, name)) == "effect":
            yield found.cls.name_span, "effect"
    for number, part in enumerate(view.parts):
        for call in part.calls:
            yield from _named(server, document, number, call.scope, call.callee, call.callee_span)
            for each in call.arguments:
                for value in (each.value, *each.value.items):
                    yield from _of_value(server, document, number, call.scope, value)


def _of_value(server: "Server", document: Document, part: int, scope: int, value: Value) -> Iterator[tuple[Span, str]]:
    if value.kind == "name":
        yield from _named(server, document, part, scope, value.text, value.span)


def _named(server: "Server", document: Document, part: int, scope: int, dotted: str, span: Span) -> Iterator[tuple[Span, str]]:
    kind = _type(server, server.index.resolver.name(document.view, part, scope, dotted))
    if kind:
        length = len(dotted.rpartition(".")[2].encode("utf-16-le")) // 2
        yield Span(span.end_line, span.end_column - length, span.end_line, span.end_column), kind


def _type(server: "Server", symbol: Symbol | None) -> str:
    role = role_of(symbol) if symbol is not None else None
    if role == "Spawn":
        return "task"
    if role in ("resume", "leave", "pass", "delegate"):
        return "continuation"
    kind = server.index.kinds.of(symbol)
    return kind if kind in ("effect", "program", "handler") else ""
