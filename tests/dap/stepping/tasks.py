"""Coroutines and asyncio: a step stays in its task."""

from . import Case

CASES = [
    Case(
        "await that is ready",
        """
        import asyncio
        async def f(x):
            return x  # @f
        async def main():
            a = await f(1)  # @await!
            b = a  # @after
        asyncio.run(main())  # @run
        """,
        "stop await; into f; over await; over after",
    ),
    Case(
        "over an await that suspends",
        """
        import asyncio
        async def main():
            await asyncio.sleep(0.001)  # @await!
            b = 1  # @after
            return b  # @ret
        asyncio.run(main())
        """,
        "stop await; over after; over ret",
    ),
    Case(
        "other tasks run meanwhile",
        """
        import asyncio
        order = []
        async def other():
            order.append("other")  # @other
        async def main():
            task = asyncio.create_task(other())  # @create!
            await asyncio.sleep(0.001)  # @await
            b = 1  # @after
            await task  # @join
        asyncio.run(main())
        """,
        "stop create; over await; over after?order == ['other']; over join",
    ),
    Case(
        "over an await in one of two like tasks",
        """
        import asyncio
        async def work(n):
            await asyncio.sleep(0)  # @await
            x = n  # @after
            await asyncio.sleep(0)  # @again
            return n  # @ret
        async def main():
            first = asyncio.create_task(work(1))
            second = asyncio.create_task(work(2))
            await first
            y = await second  # @second!
        asyncio.run(main())  # @run
        """,
        "stop second; over run; over end",
    ),
    Case(
        "a task steps through its own awaits",
        """
        import asyncio
        async def work(n):
            x = n  # @first!
            await asyncio.sleep(0)  # @await
            y = n  # @after
            await asyncio.sleep(0)  # @again
            return n  # @ret
        async def main():
            await asyncio.gather(work(1), work(2))
        asyncio.run(main())
        """,
        "stop first?n == 1; over await; over first:breakpoint?n == 2; go after:step?n == 1; over again; over ret?n == 1",
    ),
    Case(
        "async for",
        """
        import asyncio
        async def count():
            yield 1  # @one
            await asyncio.sleep(0)
            yield 2  # @two
        async def main():
            async for n in count():  # @for!
                use = n  # @body
            b = 1  # @after
        asyncio.run(main())
        """,
        "stop for; over body?n == 1; over for:breakpoint; over body?n == 2; over for:breakpoint; over after",
    ),
    Case(
        "async with",
        """
        import asyncio
        class Ctx:
            async def __aenter__(self):
                await asyncio.sleep(0)
                return 1  # @enter
            async def __aexit__(self, *args):
                await asyncio.sleep(0)  # @exit
        async def main():
            async with Ctx() as c:  # @with!
                use = c  # @body
            b = 1  # @after
        asyncio.run(main())
        """,
        "stop with; over body; over with:breakpoint; over after",
    ),
    Case(
        "into an async generator, and out to its consumer",
        """
        import asyncio
        async def count():
            x = 1  # @first
            yield x  # @yield
        async def main():
            b = 0  # @start!
            async for n in count():  # @for
                use = n  # @body
        asyncio.run(main())
        """,
        "stop start; over for; into first; out for; over body",
    ),
    Case(
        "out of a coroutine goes to its awaiter",
        """
        import asyncio
        async def f():
            x = 1  # @first!
            await asyncio.sleep(0)
            return x
        async def main():
            a = await f()  # @await
            b = a  # @after
        asyncio.run(main())
        """,
        "stop first; out await; over after?a == 1",
    ),
    Case(
        "async comprehension",
        """
        import asyncio
        async def count():
            for n in range(3):
                await asyncio.sleep(0)
                yield n
        async def main():
            a = [n async for n in count()]  # @list!
            b = a  # @after
        asyncio.run(main())
        """,
        "stop list; over after?a == [0, 1, 2]",
    ),
    Case(
        "an exception from an awaited task",
        """
        import asyncio
        async def fail():
            await asyncio.sleep(0)
            raise ValueError("no")
        async def main():
            try:
                await asyncio.create_task(fail())  # @await!
            except ValueError:  # @except
                a = 1  # @handler
        asyncio.run(main())
        """,
        "stop await; over except; over handler",
    ),
    Case(
        "timeout",
        """
        import asyncio
        async def main():
            try:
                async with asyncio.timeout(0.001):  # @with
                    await asyncio.sleep(10)  # @sleep!
            except TimeoutError:  # @except
                a = 1  # @handler
        asyncio.run(main())
        """,
        "stop sleep; over with; over except; over handler",
    ),
    Case(
        "the end of the last task",
        """
        import asyncio
        async def main():
            a = 1  # @last!
        asyncio.run(main())  # @run
        b = 1  # @after
        """,
        "stop last; over run; over after; over end",
    ),
]
