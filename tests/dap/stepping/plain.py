"""The rows of docs/stepping.md that are about Python itself and asyncio."""

from . import Case, row

CASES: list[Case] = [
    *row(
        "call",
        """
        def f(x):
            y = x + 1  # @other
            return y  # @ret
        def g():
            a = f(1)  # @here
            return a  # @after
        g()  # @call
        """,
        over="over after?a == 2",
        into="into other; over ret; over here",
        out="out call",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *row(
        "await that is ready",
        """
        import asyncio
        async def f(x):
            return x  # @other
        async def g():
            a = await f(1)  # @here
            return a  # @after
        async def main():
            await g()  # @call
        asyncio.run(main())
        """,
        over="over after?a == 1",
        into="into other; over here; over after",
        out="out call",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *row(
        "await that suspends",
        """
        import asyncio
        async def another():
            x = 1  # @other
        async def inner():
            await asyncio.sleep(0.001)  # @inner
            return 1
        async def g():
            task = asyncio.create_task(another())
            a = await inner()  # @here
            return a  # @after
        async def main():
            await g()  # @call
        asyncio.run(main())
        """,
        over="over after?a == 1",
        into="into inner; out here; over after",
        out="out call",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *row(
        "end of an asyncio task",
        """
        import asyncio
        async def another():
            await asyncio.sleep(0)
            x = 1  # @other
        async def work():
            await asyncio.sleep(0)
            return 1  # @here
        async def main():
            task = asyncio.create_task(work())
            more = asyncio.create_task(another())
            a = await task  # @wait
            await more  # @after
        asyncio.run(main())
        """,
        over="over wait; over after?a == 1",
        into="into wait; over after?a == 1",
        out="out wait; over after?a == 1",
        elsewhere="over other:breakpoint; go wait:step",
    ),
    *row(
        "end of a task for which nobody waits",
        """
        import asyncio
        async def another():
            await asyncio.sleep(0)
            x = 1  # @other
            return x  # @next
        async def work():
            await asyncio.sleep(0)
            return 1  # @here
        async def main():
            task = asyncio.create_task(work())
            more = asyncio.create_task(another())
            await asyncio.sleep(0.01)
            return 1
        asyncio.run(main())
        """,
        over="over other; over next",
        into="into other",
        out="out other",
        elsewhere="over other:breakpoint",
    ),
    *row(
        "generator hands out a value",
        """
        def gen():
            x = 1
            yield x  # @here
            y = 2  # @second
        def use():
            for v in gen():  # @loop
                last = v  # @other
            return last  # @ret
        use()
        """,
        over="over loop; over other; over loop; over ret",
        into="into loop; over other; into loop; into second",
        out="out loop; over other",
        elsewhere="over loop; over other:breakpoint",
    ),
    *row(
        "async generator hands out a value",
        """
        import asyncio
        async def gen():
            await asyncio.sleep(0)
            yield 1  # @here
            await asyncio.sleep(0)  # @second
        async def use():
            async for v in gen():  # @loop
                last = v  # @other
            return last  # @ret
        asyncio.run(use())
        """,
        over="over loop; over other; over loop; over ret",
        into="into loop; over other; over loop; over ret",
        out="out loop; over other",
        elsewhere="over loop; over other:breakpoint",
    ),
    *row(
        "exception out of a function",
        """
        def f():
            int("x")  # @here
        def g():
            f()
        def h():
            try:
                g()
            except ValueError:  # @except
                a = 1  # @other
        h()
        """,
        over="over except; over other",
        into="into except; over other",
        out="out except; over other",
        elsewhere="over except; go other",
    ),
    *row(
        "exception in an asyncio task",
        """
        import asyncio
        async def another():
            await asyncio.sleep(0)
            x = 1  # @other
        async def work():
            await asyncio.sleep(0)
            int("x")  # @here
        async def main():
            task = asyncio.create_task(work())
            more = asyncio.create_task(another())
            try:
                await task
            except ValueError:  # @except
                a = 1  # @after
            await more
        asyncio.run(main())
        """,
        over="over except; over after",
        into="into except; over after",
        out="out except; over after",
        elsewhere="over other:breakpoint; go except:step",
    ),
    *row(
        "end of the program",
        """
        import atexit
        def bye():
            x = 1  # @other
        atexit.register(bye)
        a = 1  # @here
        """,
        over="over other",
        into="into other",
        out="out other",
        elsewhere="over other:breakpoint",
    ),
    Case(
        "eager task: a step stays in it",
        """
        import asyncio
        async def child():
            x = 1  # @child!
            await asyncio.sleep(0)  # @sleep
            return x  # @ret
        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            task = asyncio.create_task(child())  # @create
            a = 1  # @next
            b = await task  # @wait
            return b  # @last
        asyncio.run(main())
        """,
        "stop child; over sleep; over ret; over wait; over last?b == 1",
    ),
    Case(
        "eager task that never waits",
        """
        import asyncio
        async def child():
            return 1  # @child!
        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            task = asyncio.create_task(child())  # @create
            a = await task  # @next
        asyncio.run(main())
        """,
        "stop child; out create; over next",
    ),
    Case(
        "task group: over the end of the block",
        """
        import asyncio
        async def child(n):
            await asyncio.sleep(0)
            return n  # @child!
        async def main():
            async with asyncio.TaskGroup() as group:  # @with
                one = group.create_task(child(1))  # @one
                two = group.create_task(child(2))  # @two
            a = one.result() + two.result()  # @after
        asyncio.run(main())
        """,
        "stop child?n == 1; out child:breakpoint?n == 2; over with; over after",
    ),
    Case(
        "task group: a child that fails",
        """
        import asyncio
        async def child():
            await asyncio.sleep(0)
            int("x")  # @fails!
        async def main():
            try:
                async with asyncio.TaskGroup() as group:  # @with
                    group.create_task(child())
            except* ValueError:  # @except
                a = 1  # @handled
        asyncio.run(main())
        """,
        "stop fails; over except|with; over handled|except",
    ),
    Case(
        "gather: out of one goes to who gathers",
        """
        import asyncio
        async def child(n):
            await asyncio.sleep(0)
            if n == 2:
                x = n  # @child!
            return n
        async def main():
            a = await asyncio.gather(child(1), child(2))  # @gather
            return a  # @after
        async def top():
            x = 0
            return await main()
        asyncio.run(top())
        """,
        "stop child?n == 2; out gather; over after?a == [1, 2]",
    ),
    Case(
        "effects inside of asyncio",
        """
        import asyncio
        from sandstep.effects import *
        def handler(effect: Ask, k):
            x = 1  # @handler
            return (yield Resume(k, x))  # @resume
        @do
        def program():
            a = yield Ask("a")  # @ask!
            b = yield Await(asyncio.sleep(0.001, 5))  # @await
            return a + b  # @ret
        async def other():
            for _ in range(5):
                await asyncio.sleep(0)
        async def main():
            task = asyncio.create_task(other())
            c = await run_async(WithHandler(handler, program()), handlers=[scheduler()])  # @run
            return c  # @last
        asyncio.run(main())
        """,
        "stop ask; into handler; over resume; over ask; over await?a == 1; over ret?b == 5; over run; over last?c == 6",
    ),
    Case(
        "into a program from a coroutine",
        """
        import asyncio
        from sandstep.effects import *
        @do
        def program():
            a = yield Ask("a")  # @ask
            return a  # @ret
        async def main():
            c = await run_async(program(), env={"a": 1})  # @run!
            return c  # @last
        asyncio.run(main())
        """,
        "stop run; into ask; into ret?a == 1; out run; over last?c == 1",
    ),
    Case(
        "asyncio inside of effects",
        """
        import asyncio
        from sandstep.effects import *
        async def fetch():
            x = 1  # @fetch!
            await asyncio.sleep(0.001)  # @sleep
            return x  # @ret
        @do
        def program():
            a = yield Await(fetch())  # @await
            return a  # @last
        run(program())  # @run
        """,
        "stop fetch; over sleep; over ret",
    ),
]
