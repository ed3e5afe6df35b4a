"""The language server beside jedi-language-server, by the same script: open a file of 5,000 lines, type into it, index a workspace."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.bench.row import Row, Sample
from tests.dap.peers import SANDSTEP, sandstep_command

KEYSTROKES = 20
ROWS = [
    Row("language server: start to first diagnostics, 5,000 lines", "sandstep first", "jedi first", at_most_of_peer=1.0),
    Row("language server: keystroke to diagnostics, 5,000 lines", "sandstep keystroke", "jedi keystroke", at_most=0.050),
    Row("language server: document symbols after a keystroke", "sandstep symbols", "jedi symbols", at_most=0.050),
    Row("language server: index of 2,000 files, first time", "index", at_most=10.0),
    Row("language server: index of 2,000 files, from the cache", "index again", at_most=2.0),
]
_FUNCTION = """
@do
def program_{n}(first, second=None):
    '''Asks and tells.'''
    name = yield Ask("name_{n}")
    total = 0
    for number in range(first):
        total += number * {n}
        if total > 100:
            yield Put("total", total)
    try:
        other = yield program_{m}(total)
    except KeyError as error:
        yield Tell(f"{{name}} has no {{error}}")
        return None
    return {{"name": name, "total": total, "other": other}}


def plain_{n}(values, key="x"):
    found = [value for value in values if value is not None]
    return sorted(found, key=lambda value: str(value) + key)[:{n}]

"""
_HEAD = "from sandstep.effects import Ask, Put, Tell, do, run\n"
_PER_FUNCTION = _FUNCTION.count("\n")


def source(lines: int) -> str:
    """A program of about so many lines."""
    return _HEAD + "".join(_FUNCTION.format(n=n, m=max(0, n - 1)) for n in range(lines // _PER_FUNCTION))


class _Editor:
    """A client that notes when diagnostics come."""

    def __init__(self) -> None:
        self.client = LanguageClient("bench", "1")
        self.version = 0
        self._told = asyncio.Event()
        self._last = -1
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._hear(params))
        self.client.feature(types.WORKSPACE_CONFIGURATION)(lambda params: [None] * len(params.items))
        self.client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
        self.client.feature(types.WINDOW_LOG_MESSAGE)(lambda params: None)
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: None)

    def _hear(self, params: types.PublishDiagnosticsParams) -> None:
        self._last = params.version if params.version is not None else self.version
        self._told.set()

    async def start(self, command: tuple[str, ...], folder: Path) -> None:
        await self.client.start_io(*command)
        diagnostics = types.PublishDiagnosticsClientCapabilities(version_support=True)
        capabilities = types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities(publish_diagnostics=diagnostics))
        root = types.WorkspaceFolder(folder.as_uri(), "bench")
        options = {"diagnostics": {"enable": True, "didOpen": True, "didChange": True}}
        params = types.InitializeParams(
            capabilities, process_id=os.getpid(), root_uri=folder.as_uri(), workspace_folders=[root], initialization_options=options
        )
        await self.client.initialize_async(params)
        self.client.initialized(types.InitializedParams())

    async def told(self) -> None:
        """Until there are diagnostics of the present version."""
        while self._last < self.version:
            self._told.clear()
            await asyncio.wait_for(self._told.wait(), 60)

    def open(self, uri: str, text: str) -> None:
        self.version = 1
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, text)))

    def type(self, uri: str, line: int, column: int, text: str) -> None:
        self.version += 1
        place = types.Position(line, column)
        change = types.TextDocumentContentChangePartial(types.Range(place, place), text)
        document = types.VersionedTextDocumentIdentifier(self.version, uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]


async def _script(command: tuple[str, ...], folder: Path) -> dict[str, float]:
    """Opens the file, types twenty letters into the middle of it, and asks for its symbols after each."""
    editor, path = _Editor(), folder / "large.py"
    text = path.read_text()
    began = time.perf_counter()
    await editor.start(command, folder)
    try:
        editor.open(path.as_uri(), text)
        await editor.told()
        first = time.perf_counter() - began
        await asyncio.sleep(1.0)  # what a server does on its own after its start shall not be in the figures
        line = text[: len(text) // 2].count("\n")
        while not text.splitlines()[line].startswith("    total = 0"):
            line += 1
        keystrokes, symbols = [], []
        for place in range(KEYSTROKES):
            before = time.perf_counter()
            editor.type(path.as_uri(), line, 4 + place, "x")
            await editor.told()
            keystrokes.append(time.perf_counter() - before)
            before = time.perf_counter()
            identifier = types.TextDocumentIdentifier(path.as_uri())
            await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(identifier))
            symbols.append(time.perf_counter() - before)
        return {"first": first, "keystroke": median(keystrokes), "symbols": median(symbols)}
    finally:
        await editor.stop()


async def _index(folder: Path) -> float:
    """From `initialized` to the moment at which the whole workspace is known."""
    editor = _Editor()
    await editor.start(sandstep_command("lsp"), folder)
    began = time.perf_counter()
    try:
        count = await editor.client.workspace_execute_command_async(types.ExecuteCommandParams("sandstep.whenIndexed"))
        assert count == 2000, count
        return time.perf_counter() - began
    finally:
        await editor.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sandstep-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def sample() -> Sample:
    os.environ.update(SANDSTEP.environment)
    taken: Sample = {}
    with _folder() as folder:
        (folder / "large.py").write_text(source(5000))
        commands: dict[str, tuple[str, ...]] = {
            "sandstep": sandstep_command("lsp"),
            "jedi": (sys.executable, "-c", "from jedi_language_server.cli import cli; cli()"),
        }
        for name, command in commands.items():
            figures: dict[str, Any] = asyncio.run(_script(command, folder))
            taken |= {f"{name} {key}": value for key, value in figures.items()}
    with _folder() as folder:
        text = source(200)
        for number in range(2000):
            package = folder / f"package_{number // 50}"
            package.mkdir(exist_ok=True)
            (package / f"module_{number}.py").write_text(text.replace("program_", f"program_{number}_"))
        taken["index"] = asyncio.run(_index(folder))
        taken["index again"] = asyncio.run(_index(folder))
    return taken
