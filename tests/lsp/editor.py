"""An editor of the tests: a real client over pipes to a real `sandstep lsp`."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient
from pytest_lsp.client import make_test_lsp_client

from . import marks

TIMEOUT = 30.0
COMMAND = (sys.executable, "-m", "sandstep.cli", "lsp")
CAPABILITIES = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(configuration=True),
    text_document=types.TextDocumentClientCapabilities(
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(documentation_format=[types.MarkupKind.Markdown], snippet_support=True)
        ),
    ),
    window=types.WindowClientCapabilities(work_done_progress=True),
)


class Editor:
    """One session. Documents are files of its folder."""

    def __init__(self, folder: Path, client: LanguageClient) -> None:
        self.folder, self.client = folder, client
        self._versions: dict[str, int] = {}
        self._told: dict[str, tuple[int, list[types.Diagnostic]]] = {}
        self._news = asyncio.Condition()
        self._names = itertools.count()

    @classmethod
    async def start(cls, folder: Path, settings: dict[str, Any] | None = None, *, wait: bool = True) -> Editor:
        """A session whose server has indexed the folder and knows the image."""
        client = make_test_lsp_client()
        client.set_configuration(settings or {}, section="sandstep")
        editor = cls(folder, client)
        client.protocol.fm._features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = editor._hear
        await client.start_io(*COMMAND)
        root = types.WorkspaceFolder(folder.as_uri(), folder.name)
        params = types.InitializeParams(CAPABILITIES, workspace_folders=[root], root_uri=folder.as_uri())
        editor.answer = await client.initialize_session(params)
        if wait:
            await editor.ready()
        return editor

    answer: types.InitializeResult

    async def ready(self) -> None:
        """Until the folder is indexed and the image's modules are known: a module that is missing is told then."""
        probe = await self.open("import ssl\n", f"probe{next(self._names)}.py")
        await self.until(probe, lambda found: any(each.code == "missing-module" for each in found))
        await asyncio.wait_for(self.client.workspace_execute_command_async(types.ExecuteCommandParams("sandstep.whenIndexed")), TIMEOUT)
        self.close(probe)

    async def _hear(self, params: types.PublishDiagnosticsParams) -> None:
        async with self._news:
            self._told[params.uri] = (params.version if params.version is not None else -1, list(params.diagnostics))
            self._news.notify_all()

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def write(self, name: str, text: str) -> Path:
        """A file on disk, as if it had been there before; `launch.json` goes where it belongs."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    async def wrote(self, name: str, text: str) -> None:
        """A file that changes on disk while the server runs."""
        there = (self.folder / name).exists()
        self.write(name, text)
        await self.changed_on_disk(name, types.FileChangeType.Changed if there else types.FileChangeType.Created)

    async def changed_on_disk(self, name: str, kind: types.FileChangeType) -> None:
        change = types.FileEvent(self.uri(name), kind)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        await self.client.workspace_execute_command_async(types.ExecuteCommandParams("sandstep.whenIndexed"))

    async def open(self, text: str, name: str = "") -> str:
        """Opens a document that need not be on disk; its URI."""
        uri = self.uri(name or f"document{next(self._names)}.py")
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri, "jsonc" if uri.endswith(".json") else "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    async def show(self, source: str, name: str = "") -> tuple[str, marks.Marked]:
        """Opens a source with marks."""
        marked = marks.read(source)
        return await self.open(marked.text, name), marked

    def change(self, uri: str, changes: Sequence[tuple[types.Range | None, str]]) -> None:
        """Edits a document; without a range all of it."""
        self._versions[uri] += 1
        events: list[types.TextDocumentContentChangeEvent] = [
            types.TextDocumentContentChangeWholeDocument(text)
            if place is None
            else types.TextDocumentContentChangePartial(range=place, text=text)
            for place, text in changes
        ]
        document = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, events))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """Those of the document's present version."""
        return await self.until(uri, lambda found: True)

    async def until(self, uri: str, wanted: Any) -> list[types.Diagnostic]:
        """The first diagnostics of the present version that are as wanted."""
        async with self._news:
            test = lambda: uri in self._told and self._told[uri][0] == self._versions[uri] and wanted(self._told[uri][1])  # noqa: E731
            try:
                await asyncio.wait_for(self._news.wait_for(test), TIMEOUT)
            except TimeoutError:
                raise AssertionError(f"{uri}: {self._told.get(uri)}") from None
            return self._told[uri][1]

    async def check(self, source: str, name: str = "", *, codes: Sequence[str] = ()) -> list[types.Diagnostic]:
        """Compares a source's diagnostics with its marks: those of `codes`, or all."""
        uri, marked = await self.show(source, name)
        found = [each for each in await self.diagnostics(uri) if not codes or each.code in codes]
        said = sorted((str(each.code), each.range.start.line, marks.under(marked.text, each.range)) for each in found)
        assert said == sorted(marked.expected)
        self.close(uri)
        return found

    async def request(self, method: str, params: Any) -> Any:
        return await asyncio.wait_for(self.client.protocol.send_request_async(method, params), TIMEOUT)  # type: ignore[no-untyped-call]

    def at(self, uri: str, position: types.Position) -> types.TextDocumentPositionParams:
        return types.TextDocumentPositionParams(types.TextDocumentIdentifier(uri), position)

    async def stop(self) -> None:
        await self.client.shutdown_session()
        await self.client.stop()  # type: ignore[no-untyped-call]
        errors = [message.message for message in self.client.log_messages if message.type == types.MessageType.Error]
        assert not errors, errors


def launch_json(*configurations: dict[str, Any]) -> str:
    """A launch.json with these attributes beside those that each configuration has."""
    base = {"type": "sandstep", "request": "launch", "name": "Debug", "program": "${file}"}
    return json.dumps({"version": "0.2.0", "configurations": [base | one for one in configurations]})
