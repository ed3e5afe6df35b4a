"""Diagnostics of effects: a table of sources with the expected diagnostics marked, and the quick fixes."""

from __future__ import annotations

from textwrap import dedent

import pytest
from lsprotocol import types

from . import marks
from .editor import Editor
from .effects_head import HEAD

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODIES = {
    "an effect as a statement": """
        @do
        def main():
            ⟦not-yielded|Put("k", 1)⟧
            yield Ask("x")
    """,
    "a program as a statement": """
        @do
        def main():
            ⟦not-yielded|helper()⟧
            ⟦not-yielded|Try(helper())⟧
            yield Ask("x")
    """,
    "an effect of one's own, in parentheses": """
        @do
        def main():
            (⟦not-yielded|Fetch("u")⟧)
            yield Ask("x")
    """,
    "kept and never read": """
        @do
        def main():
            name = ⟦not-yielded|Ask("name")⟧
            return (yield Ask("x"))
    """,
    "kept and yielded later": """
        @do
        def main():
            effect = Ask("name")
            program = helper()
            tasks = [(yield Spawn(helper())), (yield Spawn(program))]
            return (yield effect), (yield Gather(*tasks))
    """,
    "kept for an inner function": """
        @do
        def main():
            effect = Ask("name")
            def inner():
                return effect
            return (yield inner())
    """,
    "kept in a global": """
        kept = None
        @do
        def main():
            global kept
            kept = Ask("name")
            yield Ask("x")
    """,
    "kept on an object": """
        @do
        def main(box):
            box.effect = Ask("name")
            yield Ask("x")
    """,
    "in arithmetic, comparisons and conditions": """
        @do
        def main():
            a = ⟦not-yielded|Ask("a")⟧ + 1
            b = ⟦not-yielded|Ask("b")⟧ < 3
            c = ⟦not-yielded|Ask("c")⟧["key"]
            if ⟦not-yielded|Ask("d")⟧:
                yield Ask("x")
            while not ⟦not-yielded|Ask("e")⟧:
                yield Ask("x")
            return a, b, c
    """,
    "handed on": """
        @do
        def main():
            pair = (Ask("a"), Ask("b"))
            either = Ask("a") if pair else Ask("b")
            print(Ask("a") == Ask("a"), [Ask(k) for k in "ab"], f"{Ask('a')}")
            yield either
            return Ask("returned")
    """,
    "an effect with operators of its own": """
        class Sum(Effect[int]):
            def __add__(self, other):
                return Sum()
        @do
        def main():
            both = Sum() + Sum()
            return (yield both)
    """,
    "the library by its module": """
        import sandstep.effects
        from sandstep import effects
        import sandstep.effects as fx
        @sandstep.effects.do
        def one():
            ⟦not-yielded|effects.Ask("a")⟧
            yield fx.Ask("b")
        @effects.do
        def two():
            ⟦not-yielded|one()⟧
            yield sandstep.effects.Get("b")
    """,
    "yielded in every way": """
        @do
        def main():
            x = yield Ask("a")
            y = yield from Ask("b")
            z = (yield Ask("c")) + 1
            total = 0
            total += yield Ask("d")
            if (yield Ask("e")):
                (yield Tell("x"))
            return (yield from helper()), x, y, z
    """,
    "names that are something else here": """
        @do
        def main(Ask, helper):
            Ask("a")
            helper()
            def Put(key): ...
            Put("k")
            yield Get("x")
    """,
    "a class of the same name": """
        class Ask:
            def __init__(self, key): ...
        @do
        def main():
            Ask("a")
            yield Get("x")
    """,
    "expected to raise": """
        import pytest
        @do
        def main():
            with pytest.raises(ValueError):
                Fetch(url=1)
            yield Get("x")
    """,
    "out of reach": """
        @do
        def main():
            return 1
            Ask("x")
            yield
    """,
    "in a handler": """
        def handler(effect: Fetch, k):
            ⟦not-yielded|Resume(k, 1)⟧
            yield Resume(k, 2)
    """,
    "in a method": """
        class Service:
            @do
            def load(self):
                ⟦not-yielded|Ask("a")⟧
                ⟦not-yielded|self.load()⟧
                yield self.load()
    """,
    "a plain generator is left alone": """
        def plain():
            Ask("a")
            yield 1
    """,
    "a program that nobody runs": """
        ⟦not-run|helper()⟧
        def plain():
            ⟦not-run|helper()⟧
            return helper()
        run(helper())
        value = helper()
    """,
    "plain values": """
        @do
        def main(items):
            yield ⟦plain-yield|5⟧
            yield ⟦plain-yield|"text"⟧
            yield ⟦plain-yield|f"{items}"⟧
            yield ⟦plain-yield|[Ask("a")]⟧
            yield ⟦plain-yield|(1, 2)⟧
            yield ⟦plain-yield|{"a": 1}⟧
            yield ⟦plain-yield|not items⟧
            yield ⟦plain-yield|len(items)⟧
            yield ⟦plain-yield|lambda: 1⟧
            yield ⟦plain-yield|None⟧
            ⟦plain-yield|yield⟧
            yield ⟦plain-yield|helper⟧
            yield ⟦plain-yield|Ask⟧
    """,
    "values that may be programs": """
        @do
        def main(items, program, **options):
            yield program
            yield items[0]
            yield items.pop()
            yield program or Ask("a")
            yield (Ask("a") if items else Ask("b"))
            yield max(items)
            yield make(items)
            yield WithHandler(handler, helper())
            for effect in items:
                yield effect
        def make(items):
            return items[0]
        def handler(effect: Ask, k):
            yield Pass()
    """,
    "a generator for its own sake": """
        @do
        def nothing():
            return 1
            yield
        @do
        def never():
            if False:
                yield
        @do
        def raises():
            raise ValueError
            yield
    """,
    "builtins that are something else here": """
        def print(text):
            return Ask(text)
        @do
        def main():
            yield print("x")
    """,
    "@do without yield": """
        @do
        def ⟦do-without-yield|five⟧():
            return 5
    """,
    "every yield is missing": """
        @do
        def main():
            ⟦not-yielded|Put("k", 1)⟧
            return ⟦not-yielded|helper()⟧
        @do
        def gives_a_program():
            yield Ask("x")
            return helper()
    """,
    "@do without yield, to be overridden": """
        from abc import abstractmethod
        class Base:
            @do
            def a(self): ...
            @do
            def b(self):
                '''Does b.'''
                raise NotImplementedError
            @abstractmethod
            @do
            def c(self):
                return 1
    """,
    "@do on async": """
        @do
        async def ⟦do-async|wrong⟧():
            return 1
    """,
}


@pytest.mark.parametrize("name", BODIES)
async def test_bodies(editor: Editor, name: str) -> None:
    await editor.check(HEAD + dedent(BODIES[name]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('    Put("k", 1)\n', '    yield Put("k", 1)\n'),
        ('    name = Ask("x")\n', '    name = yield Ask("x")\n'),
        ('    total = Ask("x") + 1\n', '    total = (yield Ask("x")) + 1\n'),
        ('    "😀"; Put("k", 1)\n', '    "😀"; yield Put("k", 1)\n'),
        ("    yield helper\n", "    yield helper()\n"),
    ],
)
async def test_quick_fix(editor: Editor, before: str, after: str) -> None:
    text = f"{HEAD}\n@do\ndef main():\n{before}    yield Get('total')\n"
    uri = await editor.open(text)
    (found,) = await editor.until(uri, bool)
    context = types.CodeActionContext([found], [types.CodeActionKind.QuickFix])
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), found.range, context)
    (action,) = await editor.client.text_document_code_action_async(params) or ()
    assert isinstance(action, types.CodeAction)
    assert action.is_preferred
    assert action.edit is not None
    assert action.edit.changes is not None
    fixed = marks.applied(text, list(action.edit.changes[uri]))
    assert fixed == text.replace(before, after)
    editor.change(uri, [(None, fixed)])
    assert await editor.diagnostics(uri) == []
    editor.close(uri)


async def test_doeff(editor: Editor) -> None:
    await editor.check(
        """
        from doeff import Ask, EffectBase, Resume, do, handler, run

        class Price(EffectBase): ...

        @handler
        def ⟦handler-falls-through|catalogue⟧(effect: Price, k):
            if effect:
                yield Resume(k, 1)

        @do
        def main():
            ⟦not-yielded|Price()⟧
            ⟦not-yielded|Ask("x")⟧
            yield Price()
        """,
        codes=["not-yielded", "handler-falls-through", "plain-yield", "unhandled-effect"],
    )
