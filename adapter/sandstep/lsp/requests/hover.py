"""Hovers: what an effect asks and who answers it, what a program performs, what a callback takes, whether the sandbox has a module."""

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from .. import relations
from ..checks.imports import missing_module
from ..converting import markup, to_range
from ..documents import Document
from ..image_facts import REMOVED
from ..model import Function, Parameter
from ..project import Offered
from ..registry import request
from ..symbols import Symbol
from ..syntax import text_of
from .subject import Subject, subject_at

if TYPE_CHECKING:
    from ..server import Server

_MOST = 12


@request(types.TEXT_DOCUMENT_HOVER)
def hover(server: "Server", params: types.HoverParams) -> types.Hover | None:
    """What only Sandstep knows of the name at a position."""
    uri, line, column = params.text_document.uri, params.position.line, params.position.character
    document = server.document(uri)
    if document is None:
        return None
    said = _module(server, document, line, column)
    if said is not None:
        return said
    offered = _callback(server, document, line, column)
    if offered is not None:
        return offered
    subject = subject_at(server, uri, line, column)
    text = _of_subject(server, subject) if subject is not None else ""
    return _shown(server, text, to_range(subject.span)) if text and subject is not None else None


def _shown(server: "Server", text: str, place: types.Range) -> types.Hover:
    capabilities = server.client_capabilities.text_document
    formats = capabilities.hover.content_format if capabilities is not None and capabilities.hover is not None else None
    return types.Hover(markup(text, formats), place)


def _of_subject(server: "Server", subject: Subject) -> str:
    match subject.kind:
        case "effect":
            return _effect(server, subject.symbol)
        case "program":
            return _program(server, subject.symbol)
        case "handler":
            return _handler(server, subject.symbol)
    return ""


def _effect(server: "Server", symbol: Symbol) -> str:
    lines = [f"**effect** `{symbol.last}({_fields(server, symbol)})`"]
    found = server.index.resolver.cls(symbol)
    if found is not None and found.cls.doc:
        lines.append(found.cls.doc)
    handlers = relations.handlers_of(server.index, symbol)
    listed = "".join(f"\n- `{place.name}` {os.path.basename(place.path)}:{place.span.line + 1}" for place in handlers[:_MOST])
    lines.append(f"Handlers:{listed}" if handlers else "No handler here takes it.")
    return "\n\n".join(lines)


def _fields(server: "Server", symbol: Symbol) -> str:
    found = server.index.resolver.cls(symbol)
    fields = found.cls.fields if found is not None else []
    if not fields:
        init = server.index.resolver.function(Symbol(symbol.path, f"{symbol.name}.__init__"))
        fields = init.function.parameters[1:] if init is not None else []
    return ", ".join(_parameter(each) for each in fields)


def _parameter(parameter: Parameter) -> str:
    stars = parameter.kind if parameter.kind in ("*", "**") else ""
    return f"{stars}{parameter.name}: {parameter.text}" if parameter.text else f"{stars}{parameter.name}"


def _signature(function: Function) -> str:
    return f"{function.name}({', '.join(_parameter(each) for each in function.parameters)})"


def _program(server: "Server", symbol: Symbol) -> str:
    at = server.index.resolver.function(symbol)
    if at is None:
        return ""
    performs = relations.performed_by(server.index, symbol)
    lines = [f"**program** `{_signature(at.function)}`"] + ([at.function.doc] if at.function.doc else [])
    own = ", ".join(f"`{each.last}`" for each in performs.own)
    inherited = ", ".join(f"`{each.last}` (by `{through.last}`)" for each, through in performs.inherited.items())
    lines += [f"Performs: {own}"] if own else []
    lines += [f"Inherits: {inherited}"] if inherited else []
    return "\n\n".join(lines if own or inherited else [*lines, "Performs no effect."])


def _handler(server: "Server", symbol: Symbol) -> str:
    at = server.index.resolver.function(symbol)
    if at is None:
        return ""
    effects = relations.effects_of_handler(server.index, symbol)
    installs = relations.installs_of(server.index, symbol)
    lines = [f"**handler** `{_signature(at.function)}`"] + ([at.function.doc] if at.function.doc else [])
    lines.append("Takes: " + (", ".join(f"`{each.last}`" for each in effects) or "every effect"))
    if installs:
        places = ", ".join(f"{os.path.basename(place.path)}:{place.span.line + 1}" for place in installs[:_MOST])
        lines.append(f"Installed at {places}")
    return "\n\n".join(lines)


def _callback(server: "Server", document: Document, line: int, column: int) -> types.Hover | None:
    """On a callback's name, and on the string that names it in `Invoke("name")`."""
    offered = server.project.callbacks()
    for number, call in document.view.calls():
        named = call.arguments[0].value if call.arguments and call.arguments[0].value.kind == "str" else None
        context = server.context(document)
        is_invoke = context.role(number, call.scope, call.callee) == "Invoke" or context.external(number, call) == "invoke"
        if is_invoke and named is not None and named.span.holds(line, column) and named.text in offered:
            return _shown(server, described(offered[named.text]), to_range(named.span))
        if call.callee in offered and call.callee_span.holds(line, column) and context.external(number, call) == call.callee:
            return _shown(server, described(offered[call.callee]), to_range(call.callee_span))
    subject = subject_at(server, document.uri, line, column)
    if subject is not None and subject.kind == "callback":
        offer = next((each for each in offered.values() if (each.path, each.function.qualname) == tuple(subject.symbol)), None)
        return _shown(server, described(offer), to_range(subject.span)) if offer is not None else None
    return None


def described(offer: Offered) -> str:
    """A callback in words: its schema, and its description."""
    rows = "".join(
        f"\n- `{each.name}`: {each.text or 'any JSON value'}{'' if not each.default else ' (may be left out)'}"
        for each in offer.function.parameters
    )
    lines = [f"**callback of the host** `{offer.name}`"] + ([offer.function.doc] if offer.function.doc else [])
    return "\n\n".join([*lines, f"Arguments, by name:{rows}" if rows else "It takes no arguments."])


def _module(server: "Server", document: Document, line: int, column: int) -> types.Hover | None:
    """On a module's name in an import."""
    node, image = document.node_at(line, column), server.project.image
    while node is not None and node.type not in ("dotted_name", "import_statement", "import_from_statement"):
        node = node.parent
    if node is None or node.type != "dotted_name" or image is None or node.parent is None:
        return None
    statement = node.parent if node.parent.type != "aliased_import" else node.parent.parent
    is_module = statement is not None and (statement.type == "import_statement" or statement.child_by_field_name("module_name") == node)
    if not is_module:
        return None
    name = text_of(node)
    file = server.index.resolver.module_file(name, document.path)
    if file is not None:
        return None
    top = name.partition(".")[0]
    if name in image.absent or top in image.absent:
        text = missing_module(image, name if name in image.absent else top)
    elif name in image.modules:
        text = f"`{name}` is in the sandbox."
    elif top in REMOVED:
        text = f"Python 3.14, the sandbox's, has no `{top}` any more."
    else:
        text = f"`{name}` is not part of the sandbox: it has to be in a folder of `packages`."
    return _shown(server, text, to_range(document.span_of(node)))
