"""Figures of a traced run beside the lines: on request, and gone from lines that are changed."""

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..protocol import RequestError
from ..registry import command, request
from ..traces import TraceError
from ..uris import path_of

if TYPE_CHECKING:
    from ..server import Server

_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"))


@request(types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintOptions())
def inlay_hint(server: "Server", params: types.InlayHintParams) -> list[types.InlayHint]:
    """How often each line ran, and how long in all."""
    document = server.document(params.text_document.uri)
    if document is None:
        return []
    found = []
    for line, spent in server.traces.of(document.path).items():
        if params.range.start.line <= line <= params.range.end.line and spent.times:
            end = types.Position(line, len(document.text.line(line).encode("utf-16-le")) // 2)
            tooltip = "Of the last traced run. Tracing makes each line dearer by a microsecond or so."
            found.append(types.InlayHint(end, f"ran {spent.times:,}x · {_time(spent.time)}", tooltip=tooltip, padding_left=True))
    return found


def _time(nanoseconds: int) -> str:
    for size, unit in _UNITS:
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds} ns"


@command("sandstep.showTrace")
async def show_trace(server: "Server", arguments: tuple[Any, ...]) -> int:
    """Shows what `sandstep run --trace FILE` has written, by the file's path or URI; how many lines have figures."""
    file = arguments[0] if arguments and isinstance(arguments[0], str) else ""
    if not file:
        raise RequestError("Name the trace: the path of a file that `sandstep run --trace FILE` has written.")
    try:
        lines = await server.traces.load(path_of(file) or file)
    except TraceError as error:
        raise RequestError(str(error)) from None
    await _refresh(server)
    return lines


@command("sandstep.clearTrace")
async def clear_trace(server: "Server", arguments: tuple[Any, ...]) -> None:
    """Takes the figures away."""
    server.traces.clear()
    await _refresh(server)


async def _refresh(server: "Server") -> None:
    workspace = server.client_capabilities.workspace
    if workspace is not None and workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
        server.start(server.workspace_inlay_hint_refresh_async(None))
