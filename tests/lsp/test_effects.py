"""Diagnostics of effects: a table of sources with the expected diagnostics marked, and the quick fixes."""

from __future__ import annotations

from textwrap import dedent

import pytest
from lsprotocol import types

from . import marks
from .editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEAD = """
from dataclasses import dataclass
from sandstep.effects import (
    Ask, Delegate, Effect, Gather, Get, Listen, Local, Pass, Put, Resume, ResumeThrow, Spawn, Tell, Transfer, Try, WithHandler, do, run
)

@dataclass(frozen=True)
class Fetch(Effect[str]):
    url: str

@dataclass(frozen=True)
class Store(Effect[None]):
    url: str

@do
def helper():
    return (yield Ask("x"))
"""

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

HANDLERS = {
    "falls off": """
        def ⟦handler-falls-through|handler⟧(effect: Fetch, k):
            if effect.url:
                yield Resume(k, 1)
    """,
    "an empty return": """
        def ⟦handler-falls-through|handler⟧(effect: Fetch, k):
            if effect.url:
                return
            yield Resume(k, 1)
    """,
    "a value is returned": """
        def handler(effect: Fetch, k):
            if effect.url:
                ⟦handler-abandons|return "gone"⟧
            return (yield Resume(k, 1))
    """,
    "every path answers": """
        def handler(effect: Fetch, k):
            if effect.url == "a":
                return (yield Resume(k, 1))
            elif effect.url == "b":
                yield Transfer(k, 2)
            elif effect.url == "c":
                yield ResumeThrow(k, KeyError())
            elif effect.url == "d":
                raise ValueError
            elif effect.url == "e":
                value = yield Delegate()
                yield Resume(k, value)
            else:
                yield Pass()
    """,
    "classes that the annotation names": """
        def handler(effect: Fetch | Store, k):
            if isinstance(effect, Fetch):
                yield Resume(k, 1)
            elif isinstance(effect, Store):
                yield Resume(k, 2)
        def matching(effect: Fetch | Store, k):
            match effect:
                case Fetch():
                    yield Resume(k, 1)
                case Store():
                    yield Resume(k, 2)
        def together(effect: "Fetch | Store", k):
            if isinstance(effect, (Fetch, Store)):
                yield Resume(k, 1)
    """,
    "classes that the annotation does not name": """
        def ⟦handler-falls-through|handler⟧(effect, k):
            if isinstance(effect, Fetch):
                yield Resume(k, 1)
            elif isinstance(effect, Store):
                yield Resume(k, 2)
        def ⟦handler-falls-through|partly⟧(effect: Fetch | Store, k):
            if isinstance(effect, Fetch):
                yield Resume(k, 1)
    """,
    "a flag": """
        def handler(effect: Fetch, k):
            done = False
            if effect.url:
                yield Resume(k, 1)
                done = True
            if not done:
                yield Pass()
    """,
    "the same condition twice": """
        def handler(effect: Fetch, k):
            known = effect.url
            if known is not None:
                yield Resume(k, 1)
            if known is None:
                yield Pass()
    """,
    "conditions that may be exhaustive": """
        def handler(effect: Fetch, k):
            if effect.url < "a":
                yield Resume(k, 1)
            elif effect.url > "b":
                yield Resume(k, 2)
            elif effect.url == "c":
                yield Resume(k, 3)
    """,
    "try": """
        def handler(effect: Fetch, k):
            try:
                value = int(effect.url)
            except ValueError as error:
                return (yield ResumeThrow(k, error))
            finally:
                print("done")
            yield Resume(k, value)
        def around(effect: Fetch, k):
            try:
                yield Resume(k, 1)
            except ValueError:
                print("the program raised")
        def ⟦handler-falls-through|swallows⟧(effect: Fetch, k):
            try:
                value = int(effect.url)
            except ValueError:
                value = None
            else:
                yield Resume(k, value)
    """,
    "with": """
        def handler(effect: Fetch, k):
            with open(effect.url) as file:
                yield Resume(k, file.read())
    """,
    "loops": """
        def handler(effect: Fetch, k):
            while True:
                if effect.url:
                    break
            yield Resume(k, 1)
        def searches(effect: Fetch, k):
            for each in effect.url:
                if each:
                    return (yield Resume(k, each))
            yield Pass()
        def maybe(effect: Fetch, k):
            for each in effect.url:
                if each:
                    return (yield Resume(k, each))
    """,
    "the continuation is kept": """
        waiting = []
        def handler(effect: Fetch, k):
            waiting.append(k)
            yield Tell("x")
        def later(effect: Fetch, k):
            def go_on():
                return k
            yield Tell(go_on)
        def helped(effect: Fetch, k):
            yield from answer(effect, k)
            if effect.url:
                yield Pass()
        def answer(effect: Fetch, k):
            return (yield Resume(k, 1))
    """,
    "what never returns": """
        from typing import NoReturn
        import sys
        def fail() -> NoReturn:
            raise SystemExit
        def handler(effect: Fetch, k):
            if effect.url:
                fail()
            elif effect == 1:
                sys.exit()
            else:
                assert False
            yield Resume(k, 1)
        def asserts(effect: Fetch, k):
            if effect.url:
                return (yield Resume(k, 1))
            assert False, "never"
    """,
    "resumed twice": """
        def handler(effect: Fetch, k):
            yield Resume(k, 1)
            ⟦resumed-twice|yield Resume(k, 2)⟧
        def branches(effect: Fetch, k):
            if effect.url:
                yield Resume(k, 1)
            else:
                yield Resume(k, 2)
            ⟦resumed-twice|yield Transfer(k, 3)⟧
        def loops(effect: Fetch, k):
            for choice in (1, 2):
                ⟦resumed-twice|yield Resume(k, choice)⟧
    """,
    "resumed once on each path": """
        def handler(effect: Fetch, k):
            if effect.url:
                yield Resume(k, 1)
            else:
                yield Resume(k, 2)
            print("after")
        def returns(effect: Fetch, k):
            if effect.url:
                return (yield Resume(k, 1))
            return (yield Resume(k, 2))
        def breaks(effect: Fetch, k):
            for choice in (1, 2):
                if choice:
                    yield Resume(k, choice)
                    break
            else:
                yield Pass()
        def again(effect: Fetch, k):
            while effect.url:
                yield Resume(k, 1)
                effect = None
        def other(effect: Fetch, k, *more):
            yield Resume(k, 1)
        def given(effect: Fetch, k):
            other = yield Get("waiting")
            yield Resume(other, 1)
            yield Resume(k, 1)
    """,
}

RUNS = {
    "no handler": """
        @do
        def main():
            yield inner()
        @do
        def inner():
            yield ⟦unhandled-effect|Fetch("u")⟧
        run(main())
    """,
    "a handler around the run": """
        def network(effect: Fetch, k):
            yield Resume(k, "")
        @do
        def main():
            yield Fetch("u")
        run(WithHandler(network, main()))
    """,
    "a handler inside": """
        def network(effect: Fetch, k):
            yield Resume(k, "")
        @do
        def main():
            yield WithHandler(network, inner())
            yield ⟦unhandled-effect|Fetch("v")⟧
        @do
        def inner():
            yield Fetch("u")
        run(main())
    """,
    "a handler of everything": """
        def any_effect(effect, k):
            yield Pass()
        @do
        def main():
            yield Fetch("u")
        run(main(), handlers=[any_effect])
    """,
    "handlers that are not all known": """
        def start(handlers):
            run(main(), handlers=handlers)
        def wrapped(program):
            return program
        @do
        def main():
            yield Fetch("u")
        run(wrapped(main()))
    """,
    "given handlers replace the standard ones": """
        def network(effect: Fetch, k):
            yield Resume(k, "")
        @do
        def main():
            yield Fetch("u")
            yield ⟦unhandled-effect|Put("k", 1)⟧
            yield Ask("x")
        run(main(), handlers=[network], env={})
    """,
    "the handler's own effects go outside": """
        def network(effect: Fetch, k):
            yield ⟦unhandled-effect|Store("x")⟧
            yield Resume(k, "")
        @do
        def main():
            yield Fetch("u")
        run(WithHandler(network, main()))
    """,
    "one way has a handler": """
        def network(effect: Fetch, k):
            yield Resume(k, "")
        @do
        def main():
            yield Fetch("u")
        run(main())
        run(WithHandler(network, main()))
    """,
    "tasks": """
        @do
        def main():
            task = yield Spawn(inner())
            yield Gather(task)
        @do
        def inner():
            yield ⟦unhandled-effect|Fetch("u")⟧
        run(main())
    """,
    "nobody runs it": """
        @do
        def main():
            yield Fetch("u")
    """,
}


@pytest.mark.parametrize("name", BODIES)
async def test_bodies(editor: Editor, name: str) -> None:
    await editor.check(HEAD + dedent(BODIES[name]))


@pytest.mark.parametrize("name", HANDLERS)
async def test_handlers(editor: Editor, name: str) -> None:
    await editor.check(HEAD + dedent(HANDLERS[name]))


@pytest.mark.parametrize("name", RUNS)
async def test_runs(editor: Editor, name: str) -> None:
    await editor.check(HEAD + dedent(RUNS[name]))


async def test_the_chain_of_an_unhandled_effect(editor: Editor) -> None:
    (found,) = await editor.check(HEAD + dedent(RUNS["no handler"]))
    assert found.severity == types.DiagnosticSeverity.Hint
    assert "(run → main → inner)" in found.message
    assert [each.message for each in found.related_information or ()] == [f"reached through `{name}`" for name in ("run", "main", "inner")]


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
