"""What stands between a task's first frame and where it waits: coroutines, generators of all kinds, and what awaits them."""

from . import Case

CASES = [
    Case(
        "async for over an async generator over an async generator",
        """
        import asyncio
        async def read():
            for n in range(2):
                await asyncio.sleep(1)  # @sleep
                yield n
        async def double():
            async for n in read():  # @read
                yield n * 2
        async def total():
            return [n async for n in double()]  # @double
        async def main():
            task = asyncio.create_task(total())  # @spawn
            await asyncio.sleep(0)
            x = 1  # @here!
            task.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          total #2 · waits for sleep 1 s : read@sleep < double@read < total@double < [total #2 @spawn] < main@here
              < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "asend, athrow, aclose and anext of an async generator",
        """
        import asyncio
        async def stubborn():
            while True:
                try:
                    await asyncio.sleep(0)
                    yield 1  # @yield
                except ValueError:
                    await asyncio.sleep(5)  # @thrown
                finally:
                    await asyncio.sleep(4)  # @closing
        async def sends(generator):
            await generator.asend(None)
            await generator.athrow(ValueError())  # @athrow
        async def closes(generator):
            await generator.asend(None)
            await generator.aclose()  # @aclose
        async def endless():
            await asyncio.sleep(3)  # @endless
            yield 1
        async def nexts(generator):
            await anext(generator, None)  # @anext
        async def main():
            tasks = [asyncio.create_task(each) for each in (sends(stubborn()), closes(stubborn()), nexts(endless()))]  # @spawn
            await asyncio.sleep(0.02)
            x = 1  # @here!
            for each in tasks:
                each.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          sends #2 · waits for sleep 5 s : stubborn@thrown < sends@athrow < [sends #2 @spawn] < main@here < [main #1 @run]
              < <module>@run
          closes #3 · waits for sleep 4 s : stubborn@closing < closes@aclose < [closes #3 @spawn] < main@here < [main #1 @run]
              < <module>@run
          nexts #4 · waits for sleep 3 s : endless@endless < nexts@anext < [nexts #4 @spawn] < main@here < [main #1 @run]
              < <module>@run
        """,
    ),
    Case(
        "async with: entering and leaving",
        """
        import asyncio
        from contextlib import asynccontextmanager
        class Resource:
            async def __aenter__(self):
                await asyncio.sleep(0.5)  # @entering
            async def __aexit__(self, *error):
                await asyncio.sleep(0)  # @leaving
        @asynccontextmanager
        async def managed():
            await asyncio.sleep(0.5)  # @opening
            yield 1  # @open
        async def one():
            async with Resource():  # @resource
                pass
        async def two():
            async with managed():  # @managed
                pass
        async def main():
            tasks = [asyncio.create_task(each) for each in (one(), two())]  # @spawn
            await asyncio.sleep(0)
            x = 1  # @here!
            for each in tasks:
                each.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          one #2 · waits for sleep 0.5 s : Resource.__aenter__@entering < one@resource < [one #2 @spawn] < main@here
              < [main #1 @run] < <module>@run
          two #3 · waits for sleep 0.5 s : managed@opening < two@managed < [two #3 @spawn] < main@here < [main #1 @run]
              < <module>@run
        end
        """,
    ),
    Case(
        "a generator-based coroutine, and a class with __await__",
        """
        import asyncio, types
        class Soon:
            def __await__(self):
                yield from asyncio.sleep(0.5).__await__()  # @soon
        @types.coroutine
        def old(n):
            yield from asyncio.sleep(n)  # @old
        async def one():
            await Soon()  # @one
        async def two():
            await old(0.5)  # @two
        async def main():
            tasks = [asyncio.create_task(each) for each in (one(), two())]  # @spawn
            await asyncio.sleep(0)
            x = 1  # @here!
            for each in tasks:
                each.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          one #2 · waits for sleep 0.5 s : Soon.__await__@soon < one@one < [one #2 @spawn] < main@here < [main #1 @run]
              < <module>@run
          two #3 · waits for sleep 0.5 s : old@old < two@two < [two #3 @spawn] < main@here < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "plain generators and calls within a task",
        """
        import asyncio
        def numbers():
            yield from (deep(n) for n in range(2))  # @numbers
        def deep(n):
            return n  # @here!
        async def work():
            await asyncio.sleep(0)
            return sum(numbers())  # @sum
        async def main():
            await asyncio.create_task(work())  # @spawn
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for work #2 : main@spawn < [main #1 @run] < <module>@run
          work #2 · running * : deep@here < numbers.<locals>.<genexpr>@numbers < numbers@numbers < work@sum < [work #2 @spawn]
              < main@spawn < [main #1 @run] < <module>@run
        """,
    ),
    Case(
        "a callback of the event loop belongs to no task",
        """
        import asyncio
        def later():
            x = 1  # @here!
        async def main():
            asyncio.get_running_loop().call_soon(later)
            await asyncio.sleep(0.5)  # @sleep
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program * : later@here < <module>@run
          main #1 · waits for sleep 0.5 s : main@sleep < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "recursion over tasks",
        """
        import asyncio
        async def walk(n):
            if n:
                await asyncio.create_task(walk(n - 1), name=f"level {n}")  # @walk
            x = n  # @here!
        asyncio.run(walk(3))  # @run
        """,
        """
        stop here
          main program · waits for walk #1 : <module>@run
          walk #1 · waits for level 3 #2 : walk@walk < [walk #1 @run] < <module>@run
          level 3 #2 · waits for level 2 #3 : walk@walk < [level 3 #2 @walk] < walk@walk < [walk #1 @run] < <module>@run
          level 2 #3 · waits for level 1 #4 : walk@walk < [level 2 #3 @walk] < walk@walk < [level 3 #2 @walk] < walk@walk
              < [walk #1 @run] < <module>@run
          level 1 #4 · running * : walk@here < [level 1 #4 @walk] < walk@walk < [level 2 #3 @walk] < walk@walk
              < [level 3 #2 @walk] < walk@walk < [walk #1 @run] < <module>@run
        """,
    ),
    Case(
        "the library's frames, on request",
        """
        import asyncio
        async def child():
            await asyncio.sleep(0)  # @child
            x = 1  # @here!
        async def main():
            async with asyncio.TaskGroup() as group:  # @group
                group.create_task(child())  # @spawn
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : Handle._run@events.py < BaseEventLoop._run_once@base_events.py
              < BaseEventLoop.run_forever@base_events.py < BaseEventLoop.run_until_complete@base_events.py
              < Runner.run@runners.py < run@runners.py < <module>@run
          main #1 · waits for child #2 : TaskGroup._aexit@taskgroups.py < TaskGroup.__aexit__@taskgroups.py < main@group
              < [main #1 @run] < BaseEventLoop.run_until_complete@base_events.py < Runner.run@runners.py < run@runners.py
              < <module>@run
          child #2 · running * : child@here < [child #2 @spawn] < TaskGroup._aexit@taskgroups.py
              < TaskGroup.__aexit__@taskgroups.py < main@group < [main #1 @run]
              < BaseEventLoop.run_until_complete@base_events.py < Runner.run@runners.py < run@runners.py < <module>@run
        """,
        {"justMyCode": False},
    ),
]
