"""The server: the documents that are open, what is known around them, and when diagnostics are sent."""

import asyncio
import contextlib
import inspect
from collections.abc import Awaitable, Callable, Sequence
from importlib import metadata
from threading import Event
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer
from sandstep.loopback import Admits

from . import image_facts
from .checks import findings
from .checks.context import Context
from .converting import to_diagnostic
from .documents import Document
from .findings import Finding
from .index import Index
from .indexing import Indexing
from .project import Project
from .protocol import Protocol, RequestError, note
from .registry import COMMANDS, NOTIFICATIONS, OPTIONS, REQUESTS, Handler
from .settings import Settings, read_settings
from .text import Span, Text
from .traces import Traces
from .uris import path_of

_CONTENT_MODIFIED = -32801


class Server(LanguageServer):
    """One client's server. All of it runs in one event loop; indexing and reading traces are processes of their own."""

    def __init__(self, admits: Admits | None = None) -> None:
        super().__init__("sandstep", metadata.version("sandstep"), protocol_cls=Protocol)
        self._admits = admits
        self.initial: Any = None
        """The settings that came with `initialize`."""
        self._ended = Event()
        self.exit_status = 1
        self.documents: dict[str, Document] = {}
        self.others: dict[str, str] = {}
        """The text of open documents that are no Python: launch configurations."""
        self._by_path: dict[str, Document] = {}
        self.index = Index(self._by_path)
        self.project = Project(self.index)
        self.traces = Traces()
        self.indexing = Indexing(self)
        self.found: dict[str, list[Finding]] = {}
        """What the checks have found in each open document, as of the last time that it was told."""
        self._unchecked: set[str] = set()
        self._exploring = False
        self._tasks: set[asyncio.Task[None]] = set()
        for method, handler in REQUESTS.items():
            self.feature(method, OPTIONS.get(method))(self._answering(handler))
        for method, handler in NOTIFICATIONS.items():
            self.feature(method)(self._hearing(handler))
        for name, handler in COMMANDS.items():
            self.command(name)(self._doing(handler))

    # The connection

    async def serve(self, reader: asyncio.StreamReader, writer: Any) -> int:
        """Serves a client until it goes; the exit status."""
        self.protocol.set_writer(writer)
        try:
            await run_async(stop_event=self._ended, reader=reader, protocol=self.protocol, error_handler=self.report_server_error)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        return self.exit_status

    def admit(self, options: Any) -> None:
        """Raises RequestError for a client that does not say what has to be said to a port that anybody on this machine can reach."""
        given = options.get("token") if isinstance(options, dict) else None
        if self._admits is not None and not self._admits(given if isinstance(given, str) else None):
            raise RequestError(
                "This port wants the token that `sandstep lsp --listen` has printed: give it in initializationOptions.token."
            )

    def end(self, status: int) -> None:
        """The client has said that it goes."""
        self.exit_status = status
        self._ended.set()

    # What comes in

    def _answering(self, handler: Handler) -> Callable[[Any], Awaitable[Any]]:
        async def answer(params: Any) -> Any:
            document = self.documents.get(getattr(getattr(params, "text_document", None), "uri", ""))
            version = document.version if document is not None else 0
            await asyncio.sleep(0)  # a cancellation that came with it is seen first
            if document is not None and document.version != version:
                raise JsonRpcException("The document has changed since.", _CONTENT_MODIFIED)
            result = handler(self, params)
            return await result if inspect.isawaitable(result) else result

        return answer

    def _hearing(self, handler: Handler) -> Callable[[Any], None]:
        def hear(params: Any) -> None:
            handler(self, params)

        return hear

    def _doing(self, handler: Handler) -> Callable[..., Awaitable[Any]]:
        async def do(*arguments: Any) -> Any:
            result = handler(self, arguments)
            return await result if inspect.isawaitable(result) else result

        return do

    def start(self, job: Awaitable[None]) -> None:
        """Runs something in the background; what it raises is told."""

        async def run() -> None:
            try:
                await job
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.report(error)

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def report(self, error: BaseException) -> None:
        """Tells of an error that is ours: a sentence to the client, the rest to stderr."""
        note(error)
        self.say(f"The language server has an error of its own: {type(error).__name__}: {error}.", types.MessageType.Error)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """pygls tells of errors here; those of requests are answers already."""
        if not isinstance(error, JsonRpcException | RequestError):
            self.report(error)

    def say(self, text: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Writes to the client's log."""
        with contextlib.suppress(OSError, RuntimeError):
            self.window_log_message(types.LogMessageParams(kind, text))

    # Documents

    def opened(self, uri: str, language: str, text: str, version: int) -> None:
        if language != "python" and not uri.endswith((".py", ".pyi")):
            self.others[uri] = text
            return
        document = Document(uri, text, version)
        self.documents[uri] = self._by_path[document.path] = document
        self.index.changed(files=False)
        self._check_soon(uri)

    def changed(self, uri: str, version: int, changes: Sequence[tuple[Span | None, str]]) -> None:
        document = self.documents.get(uri)
        if document is None:
            self._change_other(uri, changes)
            return
        for span, text in changes:
            self.traces.edited(document.path, span, text)
            document.replace(span, text)
        document.version = version
        document.refresh()
        self.index.changed(files=False)
        self._check_soon(uri)

    def _change_other(self, uri: str, changes: Sequence[tuple[Span | None, str]]) -> None:
        for span, text in changes:
            if span is None:
                self.others[uri] = text
            elif uri in self.others:
                self.others[uri] = Text(self.others[uri].encode("utf-8", "replace")).replace(span, text)[0].data.decode()

    def closed(self, uri: str) -> None:
        self.others.pop(uri, None)
        document = self.documents.pop(uri, None)
        if document is not None:
            self._by_path.pop(document.path, None)
            self.found.pop(uri, None)
            self.index.changed(files=False)
            self.start(self.indexing.read_again([document.path]))
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def document(self, uri: str) -> Document | None:
        """The open document, or None."""
        return self.documents.get(uri)

    def context(self, document: Document) -> Context:
        """What checks and requests ask about a document."""
        return Context(document, self.index, self.project)

    # Diagnostics

    def _check_soon(self, uri: str) -> None:
        """After all messages that have come by now, so that fast typing is checked once."""
        if not self._unchecked:
            asyncio.get_running_loop().call_soon(self._check_all)
        self._unchecked.add(uri)

    def check_everything(self) -> None:
        """What is known around the documents has changed."""
        for uri in self.documents:
            self._check_soon(uri)

    def _check_all(self) -> None:
        uris, self._unchecked = self._unchecked, set()
        for uri in uris:
            document = self.documents.get(uri)
            if document is None:
                continue
            try:
                self.found[uri] = [*dict.fromkeys(findings(self.context(document)))]
            except Exception as error:
                self.report(error)
                continue
            if self.project.reach() is None and not self._exploring:
                self.start(self._explore())
            told = [each for finding in self.found[uri] if (each := to_diagnostic(finding, self.project.settings)) is not None]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told, document.version))

    async def _explore(self) -> None:
        """Follows effects through a large workspace, while the editor has its turns in between."""
        self._exploring = True
        try:
            while not self.project.explore():  # noqa: ASYNC110 - it is this loop that does the work
                await asyncio.sleep(0)
        finally:
            self._exploring = False
        self.check_everything()

    # What is around the documents

    def folders(self) -> list[str]:
        """The folders of the workspace."""
        workspace = self.protocol.workspace
        given = [path_of(uri) for uri in workspace.folders] or [workspace.root_path]
        return [folder.rstrip("/") for folder in given if folder]

    def configure(self, said: Any) -> None:
        """Takes settings, and reads the launch configurations."""
        self.project.settings, wrong = read_settings(said) if said is not None else (Settings(), "")
        self.read_project([wrong] if wrong else [])

    def read_project(self, wrong: Sequence[str] = ()) -> None:
        """Reads the launch configurations again."""
        for sentence in [*wrong, *self.project.read(self.folders())]:
            self.say(sentence, types.MessageType.Warning)
        self.check_everything()

    async def ask_image(self) -> None:
        """Gets the facts of the image, and checks what is open by them."""
        try:
            self.project.image = await image_facts.facts()
        except image_facts.NoImage as error:
            self.say(str(error), types.MessageType.Warning)
            return
        self.check_everything()
