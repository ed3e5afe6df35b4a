"""The call hierarchy of programs: through what they yield, spawn and gather."""

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from .. import relations
from ..converting import to_range
from ..model import MODULE
from ..registry import request
from ..symbols import Symbol
from ..text import Span
from ..uris import uri_of
from ..view import View
from .subject import subject_at

if TYPE_CHECKING:
    from ..server import Server


@request(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
def prepare(server: "Server", params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem]:
    """The program that is named here."""
    subject = subject_at(server, params.text_document.uri, params.position.line, params.position.character)
    if subject is None or not relations.is_program_like(server.index, subject.symbol):
        return []
    item = _item(server, subject.symbol)
    return [item] if item is not None else []


@request(types.CALL_HIERARCHY_OUTGOING_CALLS)
def outgoing(server: "Server", params: types.CallHierarchyOutgoingCallsParams) -> list[types.CallHierarchyOutgoingCall]:
    """The programs that a program runs, itself or as tasks."""
    symbol = _symbol(params.item.data)
    at, view = server.index.resolver.function(symbol), server.index.view(symbol.path)
    if at is None or view is None:
        return []
    ranges: dict[Symbol, list[types.Range]] = {}
    for part, call in relations.body_calls(view, at):
        target = server.index.resolver.name(view, part, call.scope, call.callee)
        if target is not None and server.index.kinds.of(target) == "program":
            ranges.setdefault(target, []).append(to_range(call.callee_span))
    items = ((_item(server, target), found) for target, found in ranges.items())
    return [types.CallHierarchyOutgoingCall(item, found) for item, found in items if item is not None]


@request(types.CALL_HIERARCHY_INCOMING_CALLS)
def incoming(server: "Server", params: types.CallHierarchyIncomingCallsParams) -> list[types.CallHierarchyIncomingCall]:
    """The functions, or modules, that make a program."""
    symbol = _symbol(params.item.data)
    found: list[types.CallHierarchyIncomingCall] = []
    for view in server.index.everywhere(symbol.last):
        by_caller: dict[tuple[int, int], list[types.Range]] = {}
        for part, call in view.calls():
            if server.index.resolver.name(view, part, call.scope, call.callee) == symbol:
                by_caller.setdefault((part if call.scope != MODULE else -1, call.scope), []).append(to_range(call.callee_span))
        found += [types.CallHierarchyIncomingCall(_caller(server, view, *key), ranges) for key, ranges in by_caller.items()]
    return found


def _symbol(data: Any) -> Symbol:
    path, name = (data.get("path"), data.get("name")) if isinstance(data, dict) else (None, None)
    return Symbol(path, name) if isinstance(path, str) and isinstance(name, str) else Symbol("", "")


def _caller(server: "Server", view: View, part: int, scope: int) -> types.CallHierarchyItem:
    if scope != MODULE:
        item = _item(server, Symbol(view.path, view.parts[part].functions[scope].qualname))
        if item is not None:
            return item
    start = to_range(Span(0, 0, 0, 0))
    name = view.path.rpartition("/")[2]
    return types.CallHierarchyItem(name, types.SymbolKind.Module, uri_of(view.path), start, start, data={"path": view.path, "name": ""})


def _item(server: "Server", symbol: Symbol) -> types.CallHierarchyItem | None:
    at = server.index.resolver.function(symbol)
    if at is None:
        return None
    kind = server.index.kinds.of(symbol)
    function = at.function
    return types.CallHierarchyItem(
        function.name, types.SymbolKind.Function, uri_of(symbol.path), to_range(function.span), to_range(function.name_span),
        detail=kind or "function", data={"path": symbol.path, "name": symbol.name},
    )  # fmt: skip
