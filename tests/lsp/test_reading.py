"""What one reads: hovers, completion, code lenses, inline values, expressions for hovers, figures of a trace."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from . import marks
from .editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOST = """
from sandstep.sandbox import callback

@callback
def fetch_user(user_id: int, full: bool = False) -> dict:
    '''Looks a user up.'''
    return {}

@callback(name="look_up")
async def other(key): ...
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """A folder with callbacks of the host in it."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "host.py").write_text(HOST)
    started = await Editor.start(folder)
    yield started
    await started.stop()


async def hovered(editor: Editor, source: str) -> str:
    uri, marked = await editor.show(source)
    found = await editor.client.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(uri), marked.at[""]))
    editor.close(uri)
    if found is None:
        return ""
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


PROGRAM = """
from dataclasses import dataclass
from sandstep.effects import Ask, Effect, Get, Resume, Spawn, WithHandler, do, run

@dataclass(frozen=True)
class Fetch(Effect[str]):
    '''The text behind a URL.'''
    url: str
    retries: int = 3

def network(effect: Fetch, k):
    '''Answers from the net.'''
    yield Resume(k, "")

@do
def inner(a, *rest: int):
    '''Does it.'''
    yield Ask("x")
    yield Fetch("u")

@do
def main():
    yield Get("a")
    yield Spawn(inner(1))

run(WithHandler(network, main()))
"""


async def test_hover_on_an_effect(editor: Editor) -> None:
    text = await hovered(editor, PROGRAM.replace('yield Fetch("u")', 'yield Fet¦ch("u")'))
    assert text.startswith("**effect** `Fetch(url: str, retries: int)`\n\nThe text behind a URL.\n\nHandlers:\n- `network` ")
    assert text.endswith(".py:10")


async def test_hover_on_an_effect_of_the_library(editor: Editor) -> None:
    text = await hovered(editor, PROGRAM.replace('yield Ask("x")', 'yield As¦k("x")'))
    assert text.startswith("**effect** `Ask(key: object)`\n\nThe value of a key in the environment.")
    assert "- `reader` reader.py:" in text


async def test_hover_on_a_program(editor: Editor) -> None:
    text = await hovered(editor, PROGRAM.replace("def main", "def ma¦in"))
    assert text == "**program** `main()`\n\nPerforms: `Get`, `Spawn`\n\nInherits: `Ask` (by `inner`), `Fetch` (by `inner`)"
    text = await hovered(editor, PROGRAM.replace("inner(1)", "in¦ner(1)"))
    assert text == "**program** `inner(a, *rest: int)`\n\nDoes it.\n\nPerforms: `Ask`, `Fetch`"


async def test_hover_on_a_handler(editor: Editor) -> None:
    text = await hovered(editor, PROGRAM.replace("WithHandler(network", "WithHandler(¦network"))
    assert text.startswith("**handler** `network(effect: Fetch, k)`\n\nAnswers from the net.\n\nTakes: `Fetch`\n\nInstalled at ")


@pytest.mark.parametrize("call", ["await fetch¦_user(user_id=1)", "await invoke('fetch¦_user', user_id=1)"])
async def test_hover_on_a_callback(editor: Editor, call: str) -> None:
    assert await hovered(editor, call) == (
        "**callback of the host** `fetch_user`\n\nLooks a user up.\n\n"
        "Arguments, by name:\n- `user_id`: int\n- `full`: bool (may be left out)"
    )


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import js¦on", "`json` is in the sandbox."),
        ("import xml.etree.Ele¦mentTree", "`xml.etree.ElementTree` is in the sandbox."),
        ("from ss¦l import x", "`ssl` cannot be imported in the sandbox: there is no network;"),
        ("import num¦py", "`numpy` is not part of the sandbox"),
        ("import distu¦tils", "Python 3.14, the sandbox's, has no `distutils`"),
        ("import ho¦st", ""),
        ("x¦ = 1", ""),
        ("print¦(1)", ""),
        ("# comment¦", ""),
    ],
)
async def test_hover_on_imports_and_other_names(editor: Editor, source: str, says: str) -> None:
    text = await hovered(editor, source)
    assert text.startswith(says)
    assert bool(text) == bool(says)


async def offered(editor: Editor, source: str, name: str = "") -> dict[str, types.CompletionItem]:
    uri, marked = await editor.show(source, name)
    found = await editor.client.text_document_completion_async(types.CompletionParams(types.TextDocumentIdentifier(uri), marked.at[""]))
    editor.close(uri)
    assert isinstance(found, types.CompletionList)
    return {item.label: item for item in found.items}


async def test_effects_after_yield(editor: Editor) -> None:
    text = PROGRAM.replace('    yield Get("a")\n', "    yield ¦\n")
    found = await offered(editor, text)
    assert {"Fetch", "Ask", "Get", "inner", "Put", "Gather"} <= found.keys()
    assert "Resume" not in found
    assert "network" not in found
    assert found["Fetch"].detail == "effect"
    (edit,) = found["Put"].additional_text_edits or ()
    assert "Spawn, WithHandler, do, run, Put\n" in marks.applied(marks.read(text).text, [edit])
    assert not found["Ask"].additional_text_edits
    assert "Resume" in await offered(editor, PROGRAM.replace('yield Resume(k, "")', "yield ¦"))


@pytest.mark.parametrize("line", ["x = 'yield ¦'", "# yield ¦", "yields ¦", "object.¦"])
async def test_nothing_elsewhere(editor: Editor, line: str) -> None:
    assert await offered(editor, line) == {}


async def test_callbacks_with_their_parameters(editor: Editor) -> None:
    found = await offered(editor, "x = await fet¦")
    assert found["fetch_user"].insert_text == "fetch_user(user_id=${1})$0"
    assert found["fetch_user"].insert_text_format == types.InsertTextFormat.Snippet
    assert set(await offered(editor, "from sandstep.effects import Invoke\nx = Invoke('¦')")) == {"fetch_user", "look_up"}
    assert {"user_id=", "full="} <= (await offered(editor, "x = await fetch_user(¦")).keys()
    assert set(await offered(editor, "x = await invoke('fetch_user', user_id=1, ¦)")) == {"full="}


async def test_launch_configurations(editor: Editor) -> None:
    name = ".vscode/launch.json"
    text = '{"configurations": [\n  {"type": "sandstep", "request": "launch",\n   ¦\n  }]}'
    found = await offered(editor, text, name)
    assert {"program", "mounts", "packages", "timeLimit"} <= found.keys()
    assert "type" not in found
    assert found["mounts"].insert_text == '"mounts": '
    assert "stopOnEntry" in await offered(editor, text.replace("¦", '"sto¦"'), name)
    assert set(await offered(editor, text.replace("¦", '"stopOnEntry": ¦'), name)) == {"true", "false"}
    assert await offered(editor, text.replace("sandstep", "debugpy"), name) == {}
    assert await offered(editor, '{"version": ¦}', name) == {}


async def test_the_schema_takes_what_the_adapter_takes(editor: Editor) -> None:
    schema = await editor.request("sandstep/launchSchema", {})
    properties = schema.properties._asdict()
    assert {"type", "request", "name", "program", "module", "code", "mounts", "packages"} <= properties.keys()
    assert all(one.description for name, one in properties.items() if name not in ("type", "request", "name"))


async def test_code_lenses(editor: Editor) -> None:
    uri, marked = await editor.show(
        """
        from sandstep.effects import Ask, do

        @do
        def ⟦program|main⟧(retries=3):
            yield Ask("x")

        @do
        def with_arguments(url):
            yield Ask(url)

        async def ⟦async|load⟧(*, quick=False): ...

        async def stream():
            yield 1

        def ⟦test|test_it⟧(): ...

        def test_with_fixture(tmp_path): ...

        def plain(): ...

        class Group:
            async def method(): ...

        if ⟦main|__name__ == "__main__"⟧:
            pass
        """
    )
    found = await editor.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri))) or ()
    said = []
    for each in found:
        assert each.command is not None
        document, target = each.command.arguments or ("", None)
        assert document == uri
        call = getattr(target, "call", "") or (target.get("call", "") if isinstance(target, dict) else "")
        said.append((marks.under(marked.text, each.range), each.command.title, each.command.command, call))
    titles = (("Run in sandbox", "sandstep.runFile"), ("Debug in sandbox", "sandstep.debugFile"))
    names = {"main": "main", "load": "load", "test_it": "test_it", '__name__ == "__main__"': ""}
    assert said == [(text, *title, call) for text, call in names.items() for title in titles]


async def test_no_code_lenses_for_the_hosts_files(editor: Editor) -> None:
    uri = await editor.open("import pytest\ndef test_it(): ...\n")
    assert not await editor.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))


async def values(editor: Editor, source: str) -> list[str]:
    """What is shown when the program has stopped at the mark: "line:name"."""
    uri, marked = await editor.show(source)
    stop = marked.at[""]
    whole = types.Range(types.Position(0, 0), types.Position(stop.line + 50, 0))
    context = types.InlineValueContext(1, types.Range(stop, stop))
    params = types.InlineValueParams(types.TextDocumentIdentifier(uri), whole, context)
    found = await editor.request(types.TEXT_DOCUMENT_INLINE_VALUE, params)
    editor.close(uri)
    said = [f"{each.range.start.line + 1}:{each.variable_name}" for each in found]
    assert said == [f"{each.range.start.line + 1}:{marks.under(marked.text, each.range)}" for each in found]
    return said


async def test_inline_values_of_a_function(editor: Editor) -> None:
    assert await values(
        editor,
        """
        import os
        total = 0
        def outer(a, *rest, key=None):
            def inner(hidden):
                return hidden + a
            "a"; b = a + len(rest)
            c = [a for x in rest if x]
            for i, (j, _) in enumerate(rest):
                os.name.upper(sep=b, b=key)
                ¦d = i + total + b
            e = d
        """,
    ) == ["3:a", "3:rest", "3:key", "6:b", "6:a", "6:rest", "7:c", "8:i", "8:j", "8:_", "8:rest", "9:b", "9:key", "10:i", "10:b"]


async def test_inline_values_of_a_module_a_method_and_a_lambda(editor: Editor) -> None:
    assert await values(editor, "x = 1\ndef f(y):\n    z = y\n    return z\nw = x\n¦f(w)\n") == ["1:x", "5:w", "5:x", "6:w"]
    assert await values(editor, "class A:\n    def f(self, n):\n        self.n = n\n        ¦return self.n\n") == [
        "2:self",
        "2:n",
        "3:self",
        "3:n",
        "4:self",
    ]
    assert await values(editor, "x = 1\n¦def f(y):\n    return y\n") == ["1:x"]


@pytest.mark.parametrize(
    ("source", "expression"),
    [
        ("x = va¦lue", "value"),
        ("x = a.b¦.c", "a.b"),
        ("x = a.b.c¦", "a.b.c"),
        ("x = items[0].na¦me", "items[0].name"),
        ("x = f().na¦me", None),
        ("f(na¦me=1)", None),
        ("x = 'va¦lue'", None),
        ("# va¦lue", None),
        ("import o¦s", None),
        ("def fun¦ction(): ...", None),
        ("x = 1¦2", None),
        ("x = größe + 😀¦", None),
        ("'😀'; y = größ¦e", "größe"),
    ],
)
async def test_expressions_for_hovers(editor: Editor, source: str, expression: str | None) -> None:
    uri, marked = await editor.show(source)
    found: Any = await editor.request("sandstep/evaluatableExpression", editor.at(uri, marked.at[""]))
    if expression is None:
        assert found is None
        return
    place = types.Range(
        types.Position(found.range.start.line, found.range.start.character), types.Position(found.range.end.line, found.range.end.character)
    )
    assert (found.expression, marks.under(marked.text, place)) == (expression, expression)


async def test_figures_of_a_trace(editor: Editor) -> None:
    text = "def f(n):\n    return n + 1\n\nfor i in range(3):\n    f(i)\n"
    path = editor.write("traced.py", text)
    trace = editor.folder / "out.jsonl"
    from tests.sandbox.command import sandstep

    assert sandstep("run", "--trace", str(trace), str(path)).status == 0
    uri = await editor.open(text, "traced.py")
    assert await hints(editor, uri) == {}
    lines = await editor.client.workspace_execute_command_async(types.ExecuteCommandParams("sandstep.showTrace", [str(trace)]))
    assert lines == 4
    figures = await hints(editor, uri)
    assert {line: text.partition(" · ")[0] for line, text in figures.items()} == {0: "ran 1x", 1: "ran 3x", 3: "ran 4x", 4: "ran 3x"}
    editor.change(uri, [(types.Range(types.Position(1, 0), types.Position(1, 0)), "    # new\n")])
    assert set(await hints(editor, uri)) == {0, 2, 4, 5}
    editor.change(uri, [(types.Range(types.Position(2, 11), types.Position(2, 12)), "m")])
    assert set(await hints(editor, uri)) == {0, 4, 5}
    await editor.client.workspace_execute_command_async(types.ExecuteCommandParams("sandstep.clearTrace"))
    assert await hints(editor, uri) == {}


async def hints(editor: Editor, uri: str) -> dict[int, str]:
    whole = types.Range(types.Position(0, 0), types.Position(100, 0))
    found = await editor.client.text_document_inlay_hint_async(types.InlayHintParams(types.TextDocumentIdentifier(uri), whole)) or ()
    return {each.position.line: str(each.label) for each in found}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.jsonl", None, "none.jsonl cannot be read: No such file or directory."),
        ("other.jsonl", "{}\n", "is no trace of version 1: write one with `sandstep run --trace FILE PROGRAM`."),
        ("broken.jsonl", "\x00", "is no trace of version 1"),
    ],
)
async def test_a_trace_that_cannot_be_read(editor: Editor, name: str, content: str | None, says: str) -> None:
    if content is not None:
        editor.write(name, content)
    params = types.ExecuteCommandParams("sandstep.showTrace", [str(editor.folder / name)])
    with pytest.raises(JsonRpcException, match=re.escape(says)):
        await editor.client.workspace_execute_command_async(params)
