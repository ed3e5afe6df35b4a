"""What each task of asyncio waits for: one program for each thing that can be awaited."""

from . import Case

CASES = [
    Case(
        "plain coroutines",
        """
        import asyncio
        async def inner():
            x = 1  # @here!
        async def outer():
            await inner()  # @outer
        asyncio.run(outer())  # @run
        """,
        """
        stop here
          main program · waits for outer #1 : <module>@run
          outer #1 · running * : inner@here < outer@outer < [outer #1 @run] < <module>@run
        """,
    ),
    Case(
        "sleep, and a task that has not begun",
        """
        import asyncio
        async def sleeper():
            await asyncio.sleep(5)  # @sleep
        async def fresh():  # @fresh
            return 1
        async def main():
            first = asyncio.create_task(sleeper())  # @first
            await asyncio.sleep(0)
            second = asyncio.create_task(fresh())  # @second
            x = 1  # @here!
            first.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          sleeper #2 · waits for sleep 5 s : sleeper@sleep < [sleeper #2 @first] < main@here < [main #1 @run] < <module>@run
          fresh #3 · ready : fresh@fresh < [fresh #3 @second] < main@here < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "gather",
        """
        import asyncio
        async def child(n):
            await asyncio.sleep(0)  # @child
            x = n  # @here!
        async def middle():
            await asyncio.gather(child(1), child(2))  # @gather
        async def main():
            await middle()  # @main
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 2, 3 : middle@gather < main@main < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2 @gather] < middle@gather < main@main < [main #1 @run] < <module>@run
          child #3 · ready : child@child < [child #3 @gather] < middle@gather < main@main < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #3 : middle@gather < main@main < [main #1 @run] < <module>@run
          child #3 · running * : child@here < [child #3 @gather] < middle@gather < main@main < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "gather of tasks that were made elsewhere, and of gathers",
        """
        import asyncio
        async def child(n):
            await asyncio.sleep(0.3 * (n - 1))  # @child
            x = n  # @here!
        async def main():
            tasks = [asyncio.create_task(child(n), name=f"child {n}") for n in (1, 2)]  # @spawn
            await asyncio.gather(tasks[0], asyncio.gather(tasks[1], child(3)))  # @gather
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 2, 3, 4 : main@gather < [main #1 @run] < <module>@run
          child 1 #2 · running * : child@here < [child 1 #2 @spawn] < main@gather < [main #1 @run] < <module>@run
          child 2 #3 · waits for sleep 0.3 s : child@child < [child 2 #3 @spawn] < main@gather < [main #1 @run] < <module>@run
          child #4 · waits for sleep 0.6 s : child@child < [child #4 @gather] < main@gather < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 3, 4 : main@gather < [main #1 @run] < <module>@run
          child 2 #3 · running * : child@here < [child 2 #3 @spawn] < main@gather < [main #1 @run] < <module>@run
          child #4 · waits for sleep 0.6 s : child@child < [child #4 @gather] < main@gather < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #4 : main@gather < [main #1 @run] < <module>@run
          child #4 · running * : child@here < [child #4 @gather] < main@gather < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "wait for some, with a time limit",
        """
        import asyncio
        async def child(n):
            await asyncio.sleep(0 if n == 1 else 5)  # @child
            x = n  # @here!
        async def main():
            tasks = [asyncio.create_task(child(n)) for n in range(1, 4)]  # @spawn
            await asyncio.wait(tasks, timeout=3, return_when=asyncio.FIRST_COMPLETED)  # @wait
            x = 1  # @after!
            for each in tasks:
                each.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 2, 3, 4 : main@wait < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2 @spawn] < main@wait < [main #1 @run] < <module>@run
          child #3 · waits for sleep 5 s : child@child < [child #3 @spawn] < main@wait < [main #1 @run] < <module>@run
          child #4 · waits for sleep 5 s : child@child < [child #4 @spawn] < main@wait < [main #1 @run] < <module>@run
        go after
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@after < [main #1 @run] < <module>@run
          child #3 · waits for sleep 5 s : child@child < [child #3 @spawn] < main@after < [main #1 @run] < <module>@run
          child #4 · waits for sleep 5 s : child@child < [child #4 @spawn] < main@after < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "wait_for: of a coroutine, of a task",
        """
        import asyncio
        async def child(n):
            await asyncio.sleep(0.01)  # @child
            x = n  # @here!
        async def main():
            await asyncio.wait_for(child(1), 5)  # @coroutine
            await asyncio.wait_for(asyncio.create_task(child(2)), 5)  # @task
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : child@here < main@coroutine < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #2 : main@task < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2 @task] < main@task < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "shield",
        """
        import asyncio
        async def child():
            await asyncio.sleep(0.01)  # @child
            x = 1  # @here!
        async def main():
            await asyncio.shield(child())  # @shield
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #2 : main@shield < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2 @shield] < main@shield < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "as_completed, in both of its forms",
        """
        import asyncio
        async def child(n):
            await asyncio.sleep(0.3 * (n - 1))  # @child
            x = n  # @here!
        async def main():
            tasks = [asyncio.create_task(child(n)) for n in (1, 2)]  # @plain
            for each in asyncio.as_completed(tasks):
                await each  # @each
            tasks = [asyncio.create_task(child(n)) for n in (1, 2)]  # @second
            async for each in asyncio.as_completed(tasks):  # @async
                await each
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 2, 3 : main@each < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2 @plain] < main@each < [main #1 @run] < <module>@run
          child #3 · waits for sleep 0.3 s : child@child < [child #3 @plain] < main@each < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #3 : main@each < [main #1 @run] < <module>@run
          child #3 · running * : child@here < [child #3 @plain] < main@each < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 4, 5 : main@async < [main #1 @run] < <module>@run
          child #4 · running * : child@here < [child #4 @second] < main@async < [main #1 @run] < <module>@run
          child #5 · waits for sleep 0.3 s : child@child < [child #5 @second] < main@async < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #5 : main@async < [main #1 @run] < <module>@run
          child #5 · running * : child@here < [child #5 @second] < main@async < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "TaskGroup in a TaskGroup",
        """
        import asyncio
        async def child(n):  # @begin
            await asyncio.sleep(0.3 * (n - 1))  # @child
            x = n  # @here!
        async def branch(n):
            async with asyncio.TaskGroup() as group:  # @inner
                group.create_task(child(n))  # @leaf
        async def main():
            async with asyncio.TaskGroup() as group:  # @outer
                group.create_task(branch(1), name="left")  # @left
                await asyncio.sleep(0)
                group.create_task(branch(2), name="right")  # @right
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 2, 4 : main@outer < [main #1 @run] < <module>@run
          left #2 · waits for child #3 : branch@inner < [left #2 @left] < main@outer < [main #1 @run] < <module>@run
          child #3 · running * : child@here < [child #3 @leaf] < branch@inner < [left #2 @left] < main@outer < [main #1 @run]
              < <module>@run
          right #4 · waits for child #5 : branch@inner < [right #4 @right] < main@outer < [main #1 @run] < <module>@run
          child #5 · ready : child@begin < [child #5 @leaf] < branch@inner < [right #4 @right] < main@outer < [main #1 @run]
              < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for right #4 : main@outer < [main #1 @run] < <module>@run
          right #4 · waits for child #5 : branch@inner < [right #4 @right] < main@outer < [main #1 @run] < <module>@run
          child #5 · running * : child@here < [child #5 @leaf] < branch@inner < [right #4 @right] < main@outer < [main #1 @run]
              < <module>@run
        end
        """,
    ),
    Case(
        "a task that several await",
        """
        import asyncio
        async def shared():
            await asyncio.sleep(0.01)  # @shared
            x = 1  # @here!
        async def user(task):
            await task  # @use
        async def main():
            task = asyncio.create_task(shared())  # @spawn
            await asyncio.gather(user(task), user(task))  # @gather
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 3, 4 : main@gather < [main #1 @run] < <module>@run
          shared #2 · running * : shared@here < [shared #2 @spawn] < main@gather < [main #1 @run] < <module>@run
          user #3 · waits for shared #2 : user@use < [user #3 @gather] < main@gather < [main #1 @run] < <module>@run
          user #4 · waits for shared #2 : user@use < [user #4 @gather] < main@gather < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "queues",
        """
        import asyncio
        async def producer(queue):
            for n in range(3):
                await queue.put(n)  # @put
        async def consumer(queue):
            await queue.get()  # @get
        async def joiner(queue):
            await queue.join()  # @join
        async def main():
            full, empty = asyncio.Queue(1), asyncio.Queue()
            tasks = [asyncio.create_task(each) for each in (producer(full), consumer(empty), joiner(full))]  # @spawn
            await asyncio.sleep(0.01)
            x = 1  # @here!
            for each in tasks:
                each.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          producer #2 · waits for Queue.put : producer@put < [producer #2 @spawn] < main@here < [main #1 @run] < <module>@run
          consumer #3 · waits for Queue.get : consumer@get < [consumer #3 @spawn] < main@here < [main #1 @run] < <module>@run
          joiner #4 · waits for Queue.join : joiner@join < [joiner #4 @spawn] < main@here < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "locks, semaphores, events, conditions, barriers, futures",
        """
        import asyncio
        async def locks(lock):
            async with lock:  # @lock
                pass
        async def event_of(event):
            await event.wait()  # @event
        async def condition_of(condition):
            async with condition:
                await condition.wait_for(lambda: False)  # @condition
        async def barrier_of(barrier):
            async with barrier:  # @barrier
                pass
        async def future_of(future):
            await future  # @future
        async def main():
            lock, semaphore = asyncio.Lock(), asyncio.BoundedSemaphore(1)
            await lock.acquire()
            await semaphore.acquire()
            waiting = [
                locks(lock), locks(semaphore), event_of(asyncio.Event()), condition_of(asyncio.Condition()),
                barrier_of(asyncio.Barrier(2)), future_of(asyncio.Future()),
            ]
            tasks = [asyncio.create_task(each) for each in waiting]  # @spawn
            await asyncio.sleep(0.01)
            x = 1  # @here!
            for each in tasks:
                each.cancel()
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          locks #2 · waits for Lock.acquire : locks@lock < [locks #2 @spawn] < main@here < [main #1 @run] < <module>@run
          locks #3 · waits for Semaphore.acquire : locks@lock < [locks #3 @spawn] < main@here < [main #1 @run] < <module>@run
          event_of #4 · waits for Event.wait : event_of@event < [event_of #4 @spawn] < main@here < [main #1 @run] < <module>@run
          condition_of #5 · waits for Condition.wait_for : condition_of@condition < [condition_of #5 @spawn] < main@here
              < [main #1 @run] < <module>@run
          barrier_of #6 · waits for Barrier.wait : barrier_of@barrier < [barrier_of #6 @spawn] < main@here < [main #1 @run]
              < <module>@run
          future_of #7 · waits for a future : future_of@future < [future_of #7 @spawn] < main@here < [main #1 @run]
              < <module>@run
        end
        """,
    ),
    Case(
        "a task that was cancelled, one that failed and nobody asked, one whose outcome was taken",
        """
        import asyncio
        async def fails():
            raise ValueError("no")  # @fails
        async def sleeps():
            await asyncio.sleep(5)  # @sleeps
        async def main():
            failed = asyncio.create_task(fails())  # @first
            other = asyncio.create_task(fails(), name="asked")  # @second
            asleep = asyncio.create_task(sleeps())  # @third
            await asyncio.sleep(0)
            asleep.cancel()
            x = 1  # @here!
            await asyncio.sleep(0)
            other.exception()
            x = 2  # @taken!
            failed.exception()
            x = 3  # @all!
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          fails #2 · failed: ValueError: no : fails@fails < [fails #2 @first] < main@here < [main #1 @run] < <module>@run
          asked #3 · failed: ValueError: no : fails@fails < [asked #3 @second] < main@here < [main #1 @run] < <module>@run
          sleeps #4 · ready : sleeps@sleeps < [sleeps #4 @third] < main@here < [main #1 @run] < <module>@run
        go taken
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@taken < [main #1 @run] < <module>@run
          fails #2 · failed: ValueError: no : fails@fails < [fails #2 @first] < main@taken < [main #1 @run] < <module>@run
        go all
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@all < [main #1 @run] < <module>@run
        end
        """,
    ),
]
