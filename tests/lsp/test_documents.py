"""Documents under edit: the text, the tree and the facts are those of a document opened anew, whatever the edits and characters."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types
from sandstep.lsp.documents import Document
from sandstep.lsp.text import Span, Text, decode_source

from .editor import Editor

PIECES = st.sampled_from([
    "a", "x = 1", "\n", "    ", "é", "😀", "\r\n", "\r", "def f(a, k):\n    yield Resume(k, 1)\n", "class A(B):\n    x: int\n",
    '"""', "'", "(", ")",
    "import os\n", "@do\n", "yield ", "\u2028", "\x0c", "if x:\n    pass\n", "#", "", "\t", "\ud800",
])  # fmt: skip
SOURCES = st.lists(PIECES, max_size=12).map("".join)


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[Span | None, str]]:
    made: list[tuple[Span | None, str]] = []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.integers(0, 9)) == 0:
            made.append((None, draw(SOURCES)))
            continue
        numbers = [draw(st.integers(0, 9)) for _ in range(4)]
        made.append((Span(*numbers), draw(SOURCES)))
    return made


@settings(max_examples=300, deadline=None)
@given(SOURCES, edits())
def test_edited_is_as_opened(source: str, changes: list[tuple[Span | None, str]]) -> None:
    document = Document("file:///a.py", source, 1)
    for span, text in changes:
        document.replace(span, text)
        document.refresh()
    fresh = Document("file:///a.py", document.text.data.decode(), 1)
    assert document.text.data == fresh.text.data
    assert str(document.tree.root_node) == str(fresh.tree.root_node)
    assert msgspec.json.encode(document.view.parts) == msgspec.json.encode(fresh.view.parts)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.integers(0, 6), st.integers(0, 12))
def test_positions_there_and_back(source: str, line: int, column: int) -> None:
    text = Text(source.encode("utf-8", "replace"))
    byte = text.byte(line, column)
    text.data[:byte].decode()  # never inside a character
    there = text.position(byte)
    assert text.byte(*there) == byte
    assert there[0] <= line
    assert there <= (line, column + 1)  # a column in the middle of a surrogate pair is the end of the character


def test_utf16_columns() -> None:
    text = Text("é😀x = 'ß'\r\n\u2028y\rz".encode())
    assert [text.position(place) for place in (0, 2, 6, 7)] == [(0, 0), (0, 1), (0, 3), (0, 4)]
    assert [text.line(line) for line in range(4)] == ["é😀x = 'ß'", "\u2028y", "z", ""]
    assert [text.byte(0, column) for column in (0, 1, 2, 3, 99)] == [0, 2, 6, 6, 14]
    assert text.byte(9, 9) == len(text.data)


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        ("# coding: utf-8\nx = 'é'\n".encode(), "# coding: utf-8\nx = 'é'\n"),
        (b"x = '\xe9'\n", None),
        (b"# coding: nonsense\n", None),
        (b"\x00\x01", None),
        (b"x" * 5_000_000, None),
    ],
)
def test_encodings(data: bytes, source: str | None) -> None:
    read = decode_source(data)
    assert (read.decode() if read is not None else None) == source


@pytest.mark.asyncio(loop_scope="module")
class TestInTheServer:
    async def test_keystrokes(self, editor: Editor) -> None:
        text = "from sandstep.effects import Ask, do\n@do\ndef main():\n    '😀'; yield Ask('😀')\n    yield Ask('b')\n"
        uri = await editor.open(text)
        assert await editor.diagnostics(uri) == []
        place = types.Range(types.Position(3, 10), types.Position(3, 16))
        editor.change(uri, [(place, "")])
        (found,) = await editor.until(uri, bool)
        assert found.range == types.Range(types.Position(3, 10), types.Position(3, 19))
        for letter in "yield ":
            start = types.Position(3, 10 + "yield ".index(letter))
            editor.change(uri, [(types.Range(start, start), letter)])
        assert await editor.diagnostics(uri) == []
        editor.change(
            uri,
            [
                (types.Range(types.Position(0, 0), types.Position(0, 0)), "\n"),
                (types.Range(types.Position(4, 10), types.Position(4, 16)), ""),
            ],
        )
        (found,) = await editor.until(uri, bool)
        assert found.range.start == types.Position(4, 10)

    async def test_syntax_errors_do_no_harm(self, editor: Editor) -> None:
        await editor.check(
            """
            from sandstep.effects import Ask, do
            def broken():
                x.
                if y
            @do
            def main():
                ⟦not-yielded|Ask("x")⟧
                yield Ask("y")
                x = = Ask("z")
                ⟦not-yielded|Ask("x")⟧
            def unclosed():
                x = foo(
            @do
            def after():
                ⟦not-yielded|Ask("x")⟧
                yield ⟦plain-yield|5⟧
            """
        )

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 5000,
            "x = " + " + ".join(["1"] * 5000),
            "x = " + "f(" * 2000 + ")" * 2000,
            "\n".join(" " * depth + "if x:" for depth in range(300)),
            "a." * 5000 + "b",
            "@do\n" * 3000,
            '"""' + "x" * 100_000,
            "yield\n" * 1000,
            "def f(effect, k):\n" + "".join(f"    if a{n}:\n        yield Pass()\n" for n in range(300)),
            "from . import *\nfrom .. import x\nfrom ...... import y\nimport \n",
            "class A(A): ...\nclass B(C): ...\nclass C(B): ...\nx = x\ny = z\nz = y\n",
            "\ufeff# x\n\x0c\x0b",
        ],
        ids=lambda text: text[:12],
    )
    async def test_odd_documents(self, editor: Editor, text: str) -> None:
        uri = await editor.open(f"{text}\n")
        await editor.diagnostics(uri)
        identifier = types.TextDocumentIdentifier(uri)
        await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(identifier))
        await editor.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(identifier))
        await editor.client.text_document_hover_async(types.HoverParams(identifier, types.Position(0, 5)))
        editor.close(uri)
