"""Programs that lie about their tasks, or break what asyncio is made of: the debugger shows what is there."""

from __future__ import annotations

from ..conftest import Debug
from ..session import Session
from . import view


def threads(session: Session) -> dict[str, str]:
    assert session.program is not None
    return {each.name: " < ".join(each.stack) for each in view.threads(session, session.program)}


def test_names_of_all_kinds(debug: Debug) -> None:
    session = debug.stopped("""
        import asyncio
        class Name(str):
            def __str__(self):
                raise RuntimeError("not this one")
            __repr__ = __format__ = __len__ = __getitem__ = __str__
        async def child():
            await asyncio.sleep(5)
        async def main():
            names = ["two\\nlines", "x" * 1_000_000, Name("a name"), "", 42, None, "\\x1b[31mred\\u202e"]
            tasks = [asyncio.create_task(child()) for _ in names]
            for task, name in zip(tasks, names):
                try:
                    task.set_name(name)
                except RuntimeError:
                    pass
            await asyncio.sleep(0)
            x = 1  # @here!
            for each in tasks:
                each.cancel()
        asyncio.run(main())  # @run
        """)
    names = [name.partition(" · ")[0] for name in threads(session)]
    assert all("\n" not in name and "\x1b" not in name and "\u202e" not in name and len(name) < 100 for name in names), names
    assert any(name.startswith("two lines #") for name in names)
    assert any(name.startswith("xxxxx") for name in names)
    assert any(name.startswith("42 #") for name in names)
    assert session.finish() == 0


def test_a_subclass_of_task_that_overrides_everything(debug: Debug) -> None:
    session = debug.stopped("""
        import asyncio
        log = []
        def lie(name):
            def method(self, *args):
                log.append(name)
                raise RuntimeError(name)
            return method
        class Liar(asyncio.Task):
            def __getattribute__(self, name):
                log.append(name)
                return super().__getattribute__(name)
            __repr__ = __str__ = lie("dunder")
            get_coro = get_name = done = cancelled = exception = result = get_stack = lie("method")
            _fut_waiter = _coro = _exception = _state = _log_traceback = property(lie("property"))
        async def child():
            await asyncio.sleep(5)  # @sleep
        async def main():
            asyncio.get_running_loop().set_task_factory(lambda loop, coroutine, **options: Liar(coroutine, loop=loop, **options))
            task = asyncio.create_task(child())  # @spawn
            asyncio.get_running_loop().set_task_factory(None)
            await asyncio.sleep(0)
            log.clear()
            x = 1  # @here!
            print(log)
            super(Liar, task).cancel()
        async def outer():
            try:
                await main()
            except BaseException as error:
                print("error", error)
        try:
            asyncio.run(outer())  # @run
        except RuntimeError:
            print("a liar")
        """)
    seen = threads(session)
    assert [stack for name, stack in seen.items() if "waits for sleep 5 s" in name], seen
    session.finish()
    assert session.client.output().startswith("[]\n"), session.client.output()


def test_functions_of_asyncio_that_are_patched(debug: Debug) -> None:
    session = debug.stopped("""
        import asyncio
        def lie(*args):
            raise RuntimeError("patched")
        async def child():
            await asyncio.sleep(5)  # @sleep
        async def main():
            task = asyncio.create_task(child())  # @spawn
            await asyncio.sleep(0)
            kept = asyncio.current_task, asyncio.all_tasks, asyncio.tasks.current_task, asyncio.tasks.all_tasks
            asyncio.current_task = asyncio.all_tasks = asyncio.tasks.current_task = asyncio.tasks.all_tasks = lie
            x = 1  # @here!
            asyncio.current_task, asyncio.all_tasks, asyncio.tasks.current_task, asyncio.tasks.all_tasks = kept
            task.cancel()
        asyncio.run(main())  # @run
        """)
    assert threads(session) == {
        "main program · waits for main #1": "<module>@run",
        "main #1 · running": "main@here < [main #1 @run] < <module>@run",
        "child #2 · waits for sleep 5 s": "child@sleep < [child #2 @spawn] < main@here < [main #1 @run] < <module>@run",
    }
    assert session.finish() == 0


def test_a_program_that_throws_asyncio_away(debug: Debug) -> None:
    session = debug.stopped("""
        import asyncio, sys
        async def child():
            await asyncio.sleep(5)  # @sleep
        async def main():
            task = asyncio.create_task(child())  # @spawn
            await asyncio.sleep(0)
            for name in [name for name in sys.modules if name.partition(".")[0] in ("asyncio", "_asyncio", "sandstep")]:
                del sys.modules[name]
            x = 1  # @here!
            task.cancel()
        asyncio.run(main())  # @run
        """)
    assert list(threads(session)) == [
        "main program · waits for main #1",
        "main #1 · running",
        "child #2 · waits for sleep 5 s",
    ]
    assert session.value("await asyncio.sleep(0, 7)", "repl") == "7"
    session.over()
    assert session.finish() == 0


def test_effects_and_handlers_that_fight_back(debug: Debug) -> None:
    session = debug.stopped("""
        from sandstep.effects import Effect, Gather, Resume, Spawn, WithHandler, Yield, do, run
        class Name(str):
            def __format__(self, spec):
                raise RuntimeError("format")
            __str__ = __repr__ = lambda self: 1 / 0
        class Meta(type):
            @property
            def __name__(cls):
                raise RuntimeError("no name")
        class Nasty(Effect[int], metaclass=Meta):
            def __init__(self):
                self.items = [self] * 1_000_000
            def __repr__(self):
                while True:
                    pass
            @property
            def created_at(self):
                raise RuntimeError("no place")
        class Handler:
            def __call__(self, effect, k):
                if not isinstance(effect, Nasty):
                    from sandstep.effects import Pass
                    return (yield Pass())
                x = 1  # @here!
                return (yield Resume(k, x))
            def __repr__(self):
                raise RuntimeError("no text")
            @property
            def __name__(self):
                raise RuntimeError("no name")
        @do
        def worker():
            return (yield Nasty())  # @nasty
        @do
        def main():
            tasks = []
            for name in ("plain", "x" * 100_000, "two\\nlines", Name("odd")):
                tasks.append((yield Spawn(worker(), name=name)))
            yield Yield()
            return (yield Gather(*tasks))  # @gather
        run(WithHandler(Handler(), main()))  # @run
        """)
    seen = threads(session)
    assert all(len(name) < 150 and "\n" not in name for name in seen), seen
    stack = session.frames()
    assert [frame["name"] for frame in stack if frame["name"].startswith("Nasty(")], stack
    for frame in stack:
        for scope in session.scopes(frame["id"]):
            session.children(scope["variablesReference"])
    session.client.request("setBreakpoints", source={"path": str(session.program.path if session.program else "")}, breakpoints=[])
    assert session.finish() == 0
