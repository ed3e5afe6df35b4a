"""Completion: effects after `yield`, callbacks with their parameters, and the attributes of launch configurations."""

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from .. import launch_completion
from ..checks.context import Context
from ..converting import markup
from ..documents import Document
from ..model import MODULE
from ..project import Offered
from ..registry import request
from ..text import Text
from ..view import FunctionAt
from .hover import described

if TYPE_CHECKING:
    from ..server import Server

_AFTER_YIELD = re.compile(r"\byield\s+(?:from\s+)?(\w*)$")
_CALLBACK_NAME = re.compile(r"\b(?:Invoke|invoke)\(\s*[\"'](\w*)$")
_ARGUMENT = re.compile(r"\b(?:(?:Invoke|invoke)\(\s*[\"'](\w+)[\"']\s*,|(\w+)\()[^()]*?(?:,\s*|\(\s*|\s)?(\w*)$")
_WORD = re.compile(r"(?:^|[^.\w])(\w+)$")
_LIBRARY = ("Ask", "Get", "Put", "Modify", "Tell", "Log", "Listen", "Local", "Try", "Spawn", "Wait", "Gather", "Race", "Cancel", "Yield",
            "CreatePromise", "CompletePromise", "FailPromise", "CreateSemaphore", "AcquireSemaphore", "ReleaseSemaphore", "Await",
            "Invoke")  # fmt: skip
_OPERATIONS = ("Resume", "Transfer", "Pass", "Delegate", "ResumeThrow", "TransferThrow")


@request(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", '"', "'", "("]))
def completion(server: "Server", params: types.CompletionParams) -> types.CompletionList:
    """What only Sandstep can offer at a position; names in general are others' affair."""
    uri, line, column = params.text_document.uri, params.position.line, params.position.character
    if uri in server.others:
        items = launch_completion.items(server.others[uri], line, column) if uri.endswith("launch.json") else []
        return types.CompletionList(False, items)
    document = server.document(uri)
    if document is None:
        return types.CompletionList(False, [])
    before = _before(document.text, line, column)
    return types.CompletionList(False, _python(server, document, line, column, before))


def _before(text: Text, line: int, column: int) -> str:
    start = text.starts[line] if line < len(text.starts) else len(text.data)
    return text.data[start : text.byte(line, column)].decode("utf-8", "replace")


def _python(server: "Server", document: Document, line: int, column: int, before: str) -> list[types.CompletionItem]:
    node = document.tree.root_node.descendant_for_byte_range(*[max(0, document.text.byte(line, column) - 1)] * 2)
    inside = node.type if node is not None else ""
    offered = server.project.callbacks()
    capabilities = server.client_capabilities.text_document
    client = (capabilities.completion if capabilities is not None else None) or types.CompletionClientCapabilities()
    named = _CALLBACK_NAME.search(before)
    if named is not None:
        return [_callback_name(client, each) for each in offered.values()]
    if inside in ("string_content", "string_start", "comment", "string_end"):
        return []
    context = server.context(document)
    part, scope = document.view.scope_at(
        line, column - (len(before) - len(before.rstrip()))
    )  # a function ends before the spaces at its end
    items = []
    if _AFTER_YIELD.search(before):
        items += _effects(context, part, scope)
    elif not before.endswith((" ", "(")) and _WORD.search(before) and context.in_sandbox:
        items += [_callback(client, each) for each in offered.values() if each.name not in document.view.names]
    call = _ARGUMENT.search(before)
    offer = offered.get(call[1] or call[2] or "") if call is not None else None
    if offer is not None and (call is None or call[1] or offer.name not in document.view.names):
        items += [_argument(offer, each.name, each.text) for each in offer.function.parameters if f"{each.name}=" not in before]
    return items


def _effects(context: Context, part: int, scope: int) -> list[types.CompletionItem]:
    """Effects and programs by the names that they have here; those of the library that are not imported yet bring their import."""
    items: dict[str, types.CompletionItem] = {}
    for name in context.view.names:
        kind = context.kind(part, scope, name)
        if kind in ("effect", "program"):
            shown = types.CompletionItemKind.Event if kind == "effect" else types.CompletionItemKind.Function
            items[name] = types.CompletionItem(name, kind=shown, detail=kind, sort_text=f"0{name}")
    function = context.function(part, scope)
    in_handler = function is not None and context.kinds.has_handler_parameters(context.view, FunctionAt(part, scope, function))
    for name in (*(_OPERATIONS if in_handler else ()), *_LIBRARY):
        if name not in items:
            imports = [] if name in context.view.names else _import(context, name)
            detail = "effect" if name in _LIBRARY else "answer of a handler"
            edits = imports or None
            items[name] = types.CompletionItem(
                name, kind=types.CompletionItemKind.Event, detail=detail, sort_text=f"1{name}", additional_text_edits=edits
            )
    return [*items.values()]


def _import(context: Context, name: str) -> list[types.TextEdit]:
    """Adds a name to the import of the library that the file has; without one no edit, as the import may come from elsewhere."""
    last = None
    for imported in context.view.imports():
        if imported.module == "sandstep.effects" and imported.scope == MODULE and imported.name not in ("", "*"):
            last = imported
    if last is None:
        return []
    end = types.Position(last.span.end_line, last.span.end_column)
    return [types.TextEdit(types.Range(end, end), f", {name}")]


def _callback_name(client: types.CompletionClientCapabilities, offer: Offered) -> types.CompletionItem:
    formats = client.completion_item.documentation_format if client.completion_item is not None else None
    documentation = markup(described(offer), formats)
    return types.CompletionItem(offer.name, kind=types.CompletionItemKind.Interface, detail="callback", documentation=documentation)


def _callback(client: types.CompletionClientCapabilities, offer: Offered) -> types.CompletionItem:
    """The whole call, where the client takes snippets: what has to be given stands in it already."""
    needed = [each.name for each in offer.function.parameters if not each.default]
    places = ", ".join(f"{name}=${{{place}}}" for place, name in enumerate(needed, 1))
    item = _callback_name(client, offer)
    if client.completion_item is not None and client.completion_item.snippet_support:
        item.insert_text, item.insert_text_format = f"{offer.name}({places})$0", types.InsertTextFormat.Snippet
    return item


def _argument(offer: Offered, name: str, text: str) -> types.CompletionItem:
    kind = types.CompletionItemKind.Field
    return types.CompletionItem(f"{name}=", kind=kind, detail=text or "any JSON value", sort_text=f"0{name}", filter_text=name)
