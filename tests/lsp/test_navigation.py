"""From effects to handlers and back, the call hierarchy, symbols and semantic tokens, across files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from . import marks
from .editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

EFFECTS = """
from dataclasses import dataclass
from sandstep.effects import Effect

@dataclass(frozen=True)
class Fetch(Effect[str]):
    '''The text behind a URL.'''
    url: str
    retries: int = 3

class FetchOften(Fetch): ...
"""
HANDLERS = """
import app.effects as fx
from sandstep.effects import Answerer, Resume, Tell
from .effects import Fetch

def network(effect: Fetch, k):
    '''Answers from the net.'''
    yield Tell("GET")
    return (yield Resume(k, ""))

class Store:
    def answer(self, effect: fx.FetchOften, k):
        yield Resume(k, 1)

def every(effect, k):
    if isinstance(effect, fx.Fetch):
        yield Resume(k, 1)
    yield Resume(k, 2)

def unrelated(effect: int, k):
    yield Resume(k, 1)

cache = Answerer("cache", (Fetch,), lambda effect: "")
"""
MAIN = """
from app.effects import Fetch
from app import handlers
from app.handlers import network
from sandstep.effects import Gather, Spawn, WithHandler, do, run, with_handlers

@do
def fetch(url):
    return (yield Fe¦effect¦tch(url))

@do
def bo¦both¦th():
    task = yield Spawn(fetch("a"), name="first")
    again = yield fetch("b")
    return (yield Gather(task)), again

@do
def main():
    yield both()
    yield both()

def start():
    return run(WithHandler(net¦handler¦work, main()))

run(with_handlers([handlers.network, handlers.every], main()))
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workspace(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Editor, str, marks.Marked]]:
    """A package of three files, one of them open."""
    folder = tmp_path_factory.mktemp("app-workspace")
    marked = marks.read(MAIN)
    for name, text in (("__init__", ""), ("effects", EFFECTS), ("handlers", HANDLERS), ("main", marked.text)):
        (folder / "app").mkdir(exist_ok=True)
        (folder / "app" / f"{name}.py").write_text(text)
    editor = await Editor.start(folder)
    yield editor, await editor.open(marked.text, "app/main.py"), marked
    await editor.stop()


Workspace = tuple[Editor, str, marks.Marked]


def places(editor: Editor, found: object) -> list[str]:
    """Locations as "file:line: text", in order."""
    assert isinstance(found, list | tuple)
    said = []
    for each in found:
        path = each.uri.removeprefix("file://")
        text = Path(path).read_text("utf-8")
        said.append(f"{path.rpartition('/')[2]}:{each.range.start.line + 1}: {marks.under(text, each.range)}")
    return sorted(said)


async def test_handlers_of_an_effect(workspace: Workspace) -> None:
    editor, uri, marked = workspace
    params = types.ImplementationParams(types.TextDocumentIdentifier(uri), marked.at["effect"])
    found = await editor.client.text_document_implementation_async(params)
    assert places(editor, found) == ["handlers.py:15: every", "handlers.py:23: Answerer", "handlers.py:6: network"]


async def test_handlers_of_the_librarys_effects(editor: Editor) -> None:
    uri, marked = await editor.show("from sandstep.effects import Ask, do\n@do\ndef main():\n    yield As¦k('x')\n")
    found = await editor.client.text_document_implementation_async(
        types.ImplementationParams(types.TextDocumentIdentifier(uri), marked.at[""])
    )
    assert [place.partition(":")[0] for place in places(editor, found)] == ["reader.py", "reader.py"]


async def test_references_of_a_handler(workspace: Workspace) -> None:
    editor, uri, marked = workspace
    context = types.ReferenceContext(include_declaration=False)
    params = types.ReferenceParams(context, types.TextDocumentIdentifier(uri), marked.at["handler"])
    found = await editor.client.text_document_references_async(params)
    assert places(editor, found) == ["effects.py:6: Fetch", "main.py:22: network", "main.py:24: handlers.network"]


async def test_nothing_of_what_others_do(workspace: Workspace) -> None:
    editor, uri, _ = workspace
    start = types.Position(2, 8)
    assert not await editor.client.text_document_implementation_async(types.ImplementationParams(types.TextDocumentIdentifier(uri), start))
    context = types.ReferenceContext(include_declaration=True)
    assert not await editor.client.text_document_references_async(types.ReferenceParams(context, types.TextDocumentIdentifier(uri), start))


async def test_call_hierarchy(workspace: Workspace) -> None:
    editor, uri, marked = workspace
    params = types.CallHierarchyPrepareParams(types.TextDocumentIdentifier(uri), marked.at["both"])
    (item,) = await editor.client.text_document_prepare_call_hierarchy_async(params) or ()
    assert (item.name, item.detail) == ("both", "program")
    outgoing = await editor.client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(item)) or ()
    assert [(each.to.name, [place.start.line for place in each.from_ranges]) for each in outgoing] == [("fetch", [11, 12])]
    incoming = await editor.client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item)) or ()
    assert [(each.from_.name, len(each.from_ranges)) for each in incoming] == [("main", 2)]
    above = await editor.client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(incoming[0].from_)) or ()
    assert sorted((each.from_.name, each.from_.kind) for each in above) == [
        ("main.py", types.SymbolKind.Module),
        ("start", types.SymbolKind.Function),
    ]


async def test_document_symbols(workspace: Workspace) -> None:
    editor, uri, _ = workspace
    found = await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))) or ()
    told = [(each.name, each.detail, [(one.name, one.detail) for one in each.children or ()]) for each in found]  # type: ignore[union-attr]
    assert told == [("fetch", "program", []), ("both", "program", [("first", "task")]), ("main", "program", [])]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("fetch", ["Fetch effect", "FetchOften effect", "fetch program"]),
        ("ntw", ["network handler"]),
        ("zz", []),
        ("first", ["first task"]),
    ],
)
async def test_workspace_symbols(workspace: Workspace, query: str, names: list[str]) -> None:
    editor, _, _ = workspace
    found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)) or ()
    assert sorted(f"{each.name} {each.container_name}" for each in found) == names
    kinds = {"effect": types.SymbolKind.Event, "handler": types.SymbolKind.Operator, "program": types.SymbolKind.Function}
    assert all(each.kind == kinds.get(each.container_name or "", types.SymbolKind.Object) for each in found)


async def test_semantic_tokens(editor: Editor) -> None:
    uri, marked = await editor.show(
        """
        import sandstep.effects as fx
        class Änderung(fx.Effect[int]): ...
        def handler(effect: Änderung, k):
            "😀"; yield fx.Resume(k, 1)
        @fx.do
        def main():
            "😀"; task = yield fx.Spawn(main())
            yield Änderung()
        fx.run(fx.WithHandler(handler, main()))
        """
    )
    provider = editor.answer.capabilities.semantic_tokens_provider
    assert provider is not None
    legend = provider.legend.token_types
    params = types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
    answer = await editor.client.text_document_semantic_tokens_full_async(params)
    assert answer is not None
    told, line, column = [], 0, 0
    for place in range(0, len(answer.data), 5):
        lines, columns, length, kind, _ = answer.data[place : place + 5]
        line, column = line + lines, columns + (column if not lines else 0)
        start, end = types.Position(line, column), types.Position(line, column + length)
        told.append((marks.under(marked.text, types.Range(start, end)), legend[kind]))
    assert told == [
        ("Änderung", "effect"),
        ("handler", "handler"),
        ("Resume", "continuation"),
        ("main", "program"),
        ("Spawn", "task"),
        ("main", "program"),
        ("Änderung", "effect"),
        ("handler", "handler"),
        ("main", "program"),
    ]


async def test_a_file_that_changes_on_disk(workspace: Workspace) -> None:
    editor, uri, marked = workspace
    params = types.ImplementationParams(types.TextDocumentIdentifier(uri), marked.at["effect"])
    await editor.wrote("app/more.py", HANDLERS.replace("network", "other"))
    found = await editor.client.text_document_implementation_async(params)
    assert "more.py:6: other" in places(editor, found)
    (editor.folder / "app" / "more.py").unlink()
    await editor.changed_on_disk("app/more.py", types.FileChangeType.Deleted)
    found = await editor.client.text_document_implementation_async(params)
    assert not any("more.py" in place for place in places(editor, found))
