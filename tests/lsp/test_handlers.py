"""Diagnostics of handlers, and of effects without one: tables of sources with the expected diagnostics marked."""

from __future__ import annotations

from textwrap import dedent

import pytest
from lsprotocol import types

from .editor import Editor
from .effects_head import HEAD

pytestmark = pytest.mark.asyncio(loop_scope="module")

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
    "generic classes": """
        from typing import Annotated, Generic, TypeVar, Union
        T = TypeVar("T")
        class Typed(Effect[T], Generic[T]): ...
        def handler(effect: Union[Typed[int], Annotated[Fetch, "x"]], k):
            if isinstance(effect, Typed):
                yield Resume(k, 1)
            elif isinstance(effect, Fetch):
                yield Resume(k, 2)
        def ⟦handler-falls-through|every⟧(effect: Effect[str], k):
            if isinstance(effect, Typed):
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
    "a program that is returned, or kept, runs elsewhere": """
        def network(effect: Fetch, k):
            yield Resume(k, "")
        @do
        def main():
            program = yield build()
            kept = inner()
            yield Get(kept)
            yield WithHandler(network, program)
        @do
        def build():
            yield Ask("x")
            return inner()
        @do
        def inner():
            yield Fetch("u")
        run(main())
    """,
    "nobody runs it": """
        @do
        def main():
            yield Fetch("u")
    """,
}


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
