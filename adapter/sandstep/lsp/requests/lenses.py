"""Code lenses that run and debug in the sandbox; the editor's extension carries them out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from ..checks.context import Context
from ..converting import to_range
from ..model import MODULE, Function
from ..registry import request
from ..text import Span

if TYPE_CHECKING:
    from ..server import Server

_TITLES = (("Run in sandbox", "sandstep.runFile"), ("Debug in sandbox", "sandstep.debugFile"))


@request(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
def code_lens(server: "Server", params: types.CodeLensParams) -> list[types.CodeLens]:
    """Over the main test; over programs, async functions and tests that need no arguments."""
    document = server.document(params.text_document.uri)
    if document is None:
        return []
    context = server.context(document)
    if not context.in_sandbox:
        return []
    return [
        types.CodeLens(to_range(span), types.Command(title, command, arguments=[document.uri, {"call": call} if call else {}]))
        for span, call in _places(context)
        for title, command in _TITLES
    ]


def _places(context: Context) -> Iterator[tuple[Span, str]]:
    for number, part in enumerate(context.view.parts):
        if part.main is not None:
            yield part.main, ""
        for function in part.functions:
            if function.scope == MODULE and function.owner < 0 and _needs_nothing(function) and _runs(context, number, function):
                yield function.name_span, function.name


def _runs(context: Context, part: int, function: Function) -> bool:
    if function.name.startswith("test_"):
        return True
    if function.is_async:
        return not function.yields and not function.decorators
    return context.kind(part, MODULE, function.name) == "program"


def _needs_nothing(function: Function) -> bool:
    return all(each.default or each.kind in ("*", "**") for each in function.parameters)
