"""LSP as this server speaks it: positions in UTF-16, documents of its own, errors in one sentence."""

import sys
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from typing import Any, cast
from typing import Protocol as Protocol_

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from .text import Span

_FAILED = -32803
"""`RequestFailed` of LSP 3.17: the request was well, and could not be done."""


class Host(Protocol_):
    """What the protocol asks of the server."""

    def admit(self, options: Any) -> None: ...
    def end(self, status: int) -> None: ...
    def opened(self, uri: str, language: str, text: str, version: int) -> None: ...
    def changed(self, uri: str, version: int, changes: Sequence[tuple[Span | None, str]]) -> None: ...
    def closed(self, uri: str) -> None: ...
    def report(self, error: BaseException) -> None: ...


class RequestError(Exception):
    """A request cannot be answered; the message is one sentence for the user."""


class Protocol(LanguageServerProtocol):
    """What pygls does otherwise, or leaves to its own copy of each document, which this server does not need."""

    @property
    def _host(self) -> Host:
        return cast(Host, self._server)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> None:  # type: ignore[override]  # pygls ends the process here; ours may serve others
        self._host.end(0 if self._shutdown else 1)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        self._host.admit(params.initialization_options)
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None  # UTF-16 then, which every client knows
        result = yield from super().lsp_initialize(params)
        return result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        self._host.opened(document.uri, document.language_id, document.text, document.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        changes = [(_span(change), change.text) for change in params.content_changes]
        self._host.changed(params.text_document.uri, params.text_document.version, changes)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._host.closed(params.text_document.uri)

    def _send_handler_result(self, future: "Future[Any]", *, msg_id: Any) -> None:
        error = None if future.cancelled() else future.exception()
        if error is None or isinstance(error, JsonRpcException):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        if not isinstance(error, RequestError):
            self._host.report(error)
        text = str(error) if isinstance(error, RequestError) else f"The language server could not do this: {type(error).__name__}: {error}."
        self._send_response(msg_id, error=types.ResponseError(_FAILED, text))


def _span(change: types.TextDocumentContentChangeEvent) -> Span | None:
    if not isinstance(change, types.TextDocumentContentChangePartial):
        return None
    start, end = change.range.start, change.range.end
    return Span(start.line, start.character, end.line, end.character)


def note(error: BaseException) -> None:
    """Writes an error that is ours to stderr, where editors keep a server's log."""
    import traceback

    traceback.print_exception(error, file=sys.stderr)
