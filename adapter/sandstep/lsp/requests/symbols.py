"""Programs, effects, handlers and tasks as symbols of the document and of the workspace."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from ..converting import to_location, to_range
from ..kinds import Kind
from ..model import MODULE
from ..registry import request
from ..symbols import Symbol
from ..text import Span
from ..view import View

if TYPE_CHECKING:
    from ..server import Server

_KINDS = {
    "effect": types.SymbolKind.Event,
    "program": types.SymbolKind.Function,
    "handler": types.SymbolKind.Operator,
    "callback": types.SymbolKind.Interface,
    "task": types.SymbolKind.Object,
}
_MOST = 500
_TURN = 50
"""After so many files others have their turn, and a cancellation is seen."""


class Named(NamedTuple):
    """A symbol: `what` is its kind in words, `owner` the qualified name of what it is in."""

    name: str
    what: str
    span: Span
    name_span: Span
    qualname: str
    owner: str


@request(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
def document_symbol(server: "Server", params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """As a tree: tasks and inner programs are below what they are in."""
    document = server.document(params.text_document.uri)
    if document is None:
        return []
    tops: list[types.DocumentSymbol] = []
    below: dict[str, list[types.DocumentSymbol]] = {}
    for each in sorted(_symbols(server, document.view), key=lambda named: (named.span.line, named.span.column)):
        children: list[types.DocumentSymbol] = []
        ranges = to_range(each.span), to_range(each.name_span)
        below.get(each.owner, tops).append(types.DocumentSymbol(each.name, _KINDS[each.what], *ranges, detail=each.what, children=children))
        if each.qualname:
            below[each.qualname] = children
    return tops


@request(types.WORKSPACE_SYMBOL)
async def workspace_symbol(server: "Server", params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """Those whose name has the letters of the query in their order."""
    found: list[types.WorkspaceSymbol] = []
    for count, view in enumerate(server.index.views()):
        if count % _TURN == _TURN - 1:
            await asyncio.sleep(0)
        for each in _symbols(server, view):
            if _matches(params.query, each.name):
                found.append(
                    types.WorkspaceSymbol(to_location(view.path, each.name_span), each.name, _KINDS[each.what], container_name=each.what)
                )
        if len(found) >= _MOST:
            break
    return found


def _symbols(server: "Server", view: View) -> Iterator[Named]:
    kinds = server.index.kinds
    for name, at in view.functions.items():
        kind: Kind | None = kinds.of(Symbol(view.path, name))
        if kind in ("program", "handler", "callback"):
            yield Named(at.function.name, kind, at.function.span, at.function.name_span, name, name.rpartition(".<locals>.")[0])
    for name, found in view.classes.items():
        if kinds.of(Symbol(view.path, name)) == "effect":
            yield Named(found.cls.name, "effect", found.cls.span, found.cls.name_span, name, name.rpartition(".<locals>.")[0])
    for part, call in view.calls():
        if call.callee.rpartition(".")[2] == "Spawn" and kinds.role(view, part, call.scope, call.callee) == "Spawn":
            given = next((each.value.text for each in call.arguments if each.name == "name" and each.value.kind == "str"), "")
            program = next((each.value.text for each in call.arguments if not each.name), "")
            owner = view.parts[part].functions[call.scope].qualname if call.scope != MODULE else ""
            yield Named(given or program or "task", "task", call.span, call.callee_span, "", owner)


def _matches(query: str, name: str) -> bool:
    letters = iter(name.lower())
    return all(letter in letters for letter in query.lower())
