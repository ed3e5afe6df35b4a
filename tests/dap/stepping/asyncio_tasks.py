"""asyncio's programs as people write them: queues, locks, groups, timeouts, generators, with other tasks in between."""

from . import Case

CASES = [
    Case(
        "workers on a queue: a step stays in its worker",
        """
        import asyncio
        async def worker(n, queue, done):
            while not queue.empty():
                item = await queue.get()  # @get
                await asyncio.sleep(0)  # @sleep
                done.append((n, item))  # @done
        async def main():
            queue, done = asyncio.Queue(), []
            for item in range(6):
                queue.put_nowait(item)
            workers = [asyncio.create_task(worker(n, queue, done)) for n in range(3)]
            await asyncio.sleep(0)  # @start!
            await asyncio.gather(*workers)  # @gather
            return done  # @last
        asyncio.run(main())
        """,
        "stop start; over gather; over last?len(done) == 6",
    ),
    Case(
        "out of a coroutine that like tasks run too",
        """
        import asyncio
        async def inner(n):
            await asyncio.sleep(0)
            if n == 1:
                x = n  # @inner!
            await asyncio.sleep(0)
            return n
        async def work(n):
            a = await inner(n)  # @await
            b = a  # @after
            return b
        async def main():
            await asyncio.gather(*[work(n) for n in range(4)])
        asyncio.run(main())
        """,
        "stop inner; out await?n == 1; over after?n == 1",
    ),
    Case(
        "a lock that another task holds",
        """
        import asyncio
        async def holder(lock):
            async with lock:
                await asyncio.sleep(0.001)
        async def main():
            lock = asyncio.Lock()
            task = asyncio.create_task(holder(lock))
            await asyncio.sleep(0)
            async with lock:  # @with!
                a = 1  # @body
            await task
        asyncio.run(main())
        """,
        "stop with; over body; over with:breakpoint",
    ),
    Case(
        "an async generator that waits",
        """
        import asyncio
        async def other():
            for _ in range(10):
                x = 1
                await asyncio.sleep(0)
        async def gen():
            a = 1  # @first!
            await asyncio.sleep(0.001)  # @wait
            b = 2  # @second
            yield b  # @yield
        async def main():
            task = asyncio.create_task(other())
            async for each in gen():  # @for
                c = each  # @body
        asyncio.run(main())
        """,
        "stop first; over wait; over second; over yield; over for; over body?each == 2",
    ),
    Case(
        "a pipeline of async generators",
        """
        import asyncio
        async def numbers():
            for n in range(2):
                await asyncio.sleep(0)
                yield n  # @number
        async def doubled(source):
            async for n in source:  # @source
                yield 2 * n  # @double
        async def main():
            async for n in doubled(numbers()):  # @for!
                use = n  # @body
        asyncio.run(main())
        """,
        "stop for; over body?n == 0; over for:breakpoint; into source; over double?n == 1; over for; over body?n == 2",
    ),
    Case(
        "wait: out of a task goes to who waits for several",
        """
        import asyncio
        async def work():
            await asyncio.sleep(0)
            return 1  # @work!
        async def main():
            task = asyncio.create_task(work())
            done, pending = await asyncio.wait([task])  # @wait
            return done  # @last
        asyncio.run(main())
        """,
        "stop work; out wait; over last",
    ),
    Case(
        "wait_for: out of what it waits for",
        """
        import asyncio
        async def work():
            await asyncio.sleep(0)
            return 1  # @work!
        async def main():
            a = await asyncio.wait_for(work(), 10)  # @wait
            return a  # @last
        asyncio.run(main())
        """,
        "stop work; out wait; over last?a == 1",
    ),
    Case(
        "a task that is cancelled while it is stepped",
        """
        import asyncio
        async def work():
            try:
                await asyncio.sleep(10)  # @sleep!
            finally:
                a = 1  # @finally
        async def main():
            task = asyncio.create_task(work())
            await asyncio.sleep(0)
            task.cancel()
            try:
                await task  # @wait
            except asyncio.CancelledError:  # @except
                b = 1  # @handled
        asyncio.run(main())
        """,
        "stop sleep; over finally; over except; over handled",
    ),
    Case(
        "a callback of a task that ends is stepped into where nobody waits",
        """
        import asyncio
        def ended(task):
            a = task.result()  # @callback
        async def work():
            await asyncio.sleep(0)
            return 1  # @work!
        async def main():
            task = asyncio.create_task(work())
            task.add_done_callback(ended)
            await asyncio.sleep(0.01)
        asyncio.run(main())
        """,
        "stop work; over callback",
    ),
    Case(
        "a future that a callback completes",
        """
        import asyncio
        async def main():
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            loop.call_later(0.001, lambda: future.set_result(5))
            a = await future  # @future!
            return a  # @last
        asyncio.run(main())
        """,
        "stop future; over last?a == 5",
    ),
    Case(
        "an awaitable of the program's own",
        """
        import asyncio
        class Twice:
            def __await__(self):
                yield from asyncio.sleep(0).__await__()  # @one
                yield from asyncio.sleep(0).__await__()  # @two
                return 7  # @ret
        async def other():
            for _ in range(5):
                await asyncio.sleep(0)
        async def main():
            task = asyncio.create_task(other())
            a = await Twice()  # @await!
            return a  # @last
        asyncio.run(main())
        """,
        "stop await; into one; over two; over ret; over await; over last?a == 7",
    ),
]
