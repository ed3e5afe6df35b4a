"""How tasks come to be: factories, eager tasks, tasks made by hand, loops one after another and one in another's program."""

from . import Case

CASES = [
    Case(
        "eager tasks: one that ends at once, one that suspends",
        """
        import asyncio
        async def child(n):
            x = n  # @here!
            if n == 2:
                await asyncio.sleep(0.01)  # @sleep
            return n
        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            first = asyncio.create_task(child(1), name="at once")  # @first
            second = asyncio.create_task(child(2), name="later")  # @second
            x = 1  # @after!
            await second  # @wait
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running : main@first < [main #1 @run] < <module>@run
          at once #2 · running * : child@here < [at once #2 @first] < main@first < [main #1 @run] < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · running : main@second < [main #1 @run] < <module>@run
          later #3 · running * : child@here < [later #3 @second] < main@second < [main #1 @run] < <module>@run
        go after
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@after < [main #1 @run] < <module>@run
          later #3 · waits for sleep 0.01 s : child@sleep < [later #3 @second] < main@after < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "an eager start for one task alone",
        """
        import asyncio
        async def child():
            x = 1  # @here!
            await asyncio.sleep(0)
            y = 2  # @resumed!
        async def main():
            task = asyncio.create_task(child(), eager_start=True)  # @spawn
            await task  # @wait
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running : main@spawn < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2 @spawn] < main@spawn < [main #1 @run] < <module>@run
        go resumed
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #2 : main@wait < [main #1 @run] < <module>@run
          child #2 · running * : child@resumed < [child #2 @spawn] < main@wait < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "a task factory of the program's own",
        """
        import asyncio
        class Counted(asyncio.Task):
            pass
        def factory(loop, coroutine, **options):
            return Counted(coroutine, loop=loop, **options)  # @factory
        async def child():
            await asyncio.sleep(0)
            x = 1  # @here!
        async def main():
            asyncio.get_running_loop().set_task_factory(factory)
            await asyncio.create_task(child())  # @spawn
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #2 : main@spawn < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2 @spawn] < main@spawn < [main #1 @run] < <module>@run
        end
        """,
    ),
    Case(
        "a task made by calling the class, and one that it makes so",
        """
        import asyncio
        async def grandchild():  # @grandchild
            await asyncio.sleep(0.01)
            x = 1  # @inner!
        async def child():
            await asyncio.sleep(0.01)
            task = asyncio.Task(grandchild(), name="made in it")  # @spawn_inner
            x = 1  # @here!
            await task  # @task
        async def main():
            task = asyncio.Task(child())  # @spawn
            await asyncio.wait([task])  # @wait
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #2 : main@wait < [main #1 @run] < <module>@run
          child #2 · running * : child@here < [child #2] < <module>@run
          made in it #3 · ready : grandchild@grandchild < [made in it #3] < <module>@run
        go inner
          main program · waits for main #1 : <module>@run
          main #1 · waits for child #2 : main@wait < [main #1 @run] < <module>@run
          child #2 · waits for made in it #3 : child@task < [child #2] < <module>@run
          made in it #3 · running * : grandchild@inner < [made in it #3] < <module>@run
        end
        """,
    ),
    Case(
        "one loop after another",
        """
        import asyncio
        async def child():
            await asyncio.sleep(0)
            x = 1  # @here!
        async def main():
            await asyncio.create_task(child())  # @spawn
        asyncio.run(main())  # @first
        asyncio.run(main())  # @second
        """,
        """
        stop here
          main program · waits for main #1 : <module>@first
          main #1 · waits for child #2 : main@spawn < [main #1 @first] < <module>@first
          child #2 · running * : child@here < [child #2 @spawn] < main@spawn < [main #1 @first] < <module>@first
        go here
          main program · waits for main #3 : <module>@second
          main #3 · waits for child #4 : main@spawn < [main #3 @second] < <module>@second
          child #4 · running * : child@here < [child #4 @spawn] < main@spawn < [main #3 @second] < <module>@second
        end
        """,
    ),
    Case(
        "a runner that runs twice, and a loop run by hand",
        """
        import asyncio
        async def child():
            await asyncio.sleep(0)
            x = 1  # @here!
        with asyncio.Runner() as runner:
            runner.run(child())  # @runner
            runner.run(child())  # @again
        loop = asyncio.new_event_loop()
        task = loop.create_task(child())  # @made
        loop.run_until_complete(task)  # @loop
        loop.close()
        """,
        """
        stop here
          main program · waits for child #1 : <module>@runner
          child #1 · running * : child@here < [child #1 @runner] < <module>@runner
        go here
          main program · waits for child #2 : <module>@again
          child #2 · running * : child@here < [child #2 @again] < <module>@again
        go here
          main program · waits for child #3 : <module>@loop
          child #3 · running * : child@here < [child #3 @made] < <module>@loop
        end
        """,
    ),
    Case(
        "a loop under functions and methods",
        """
        import asyncio
        class Service:
            def start(self):
                asyncio.run(self.serve())  # @start
            async def serve(self):
                x = 1  # @here!
        def main():
            Service().start()  # @main
        main()  # @module
        """,
        """
        stop here
          main program · waits for serve #1 : Service.start@start < main@main < <module>@module
          serve #1 · running * : Service.serve@here < [serve #1 @start] < Service.start@start < main@main < <module>@module
        """,
    ),
    Case(
        "tasks that a library makes for itself",
        """
        import asyncio
        async def main():
            reader = asyncio.StreamReader()
            task = asyncio.ensure_future(reader.read())  # @spawn
            await asyncio.sleep(0)
            x = 1  # @here!
            reader.feed_eof()
            await task
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · running * : main@here < [main #1 @run] < <module>@run
          read #2 · waits for StreamReader.read : StreamReader._wait_for_data@streams.py < StreamReader.read@streams.py
              < StreamReader.read@streams.py < [read #2 @spawn] < main@here < [main #1 @run] < <module>@run
        end
        """,
    ),
]
