"""asyncio in effects and effects in asyncio: one stack through both."""

from . import Case

CASES = [
    Case(
        "Await: a coroutine in a task of effects",
        """
        import asyncio
        from sandstep.effects import Await, Gather, Spawn, do, run
        async def fetch(n):
            await asyncio.sleep(0.3 * (n - 1))  # @sleep
            return n  # @here!
        @do
        def worker(n):
            return (yield Await(fetch(n)))  # @await
        @do
        def main():
            tasks = []
            for n in (1, 2):
                tasks.append((yield Spawn(worker(n))))  # @spawn
            return (yield Gather(*tasks))  # @gather
        run(main())  # @run
        """,
        """
        stop here
          main program · waits for tasks 1, 2 : Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          fetch #1 · running * : fetch@here < [fetch #1 @await] < Await(fetch)?@await < worker@await < [worker #1 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          fetch #2 · waits for sleep 0.3 s : fetch@sleep < [fetch #2 @await] < Await(fetch)?@await < worker@await
              < [worker #2 @spawn] < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          worker #1 · waits for await fetch : fetch@here < Await(fetch)?@await < worker@await < [worker #1 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          worker #2 · waits for await fetch : fetch@sleep < Await(fetch)?@await < worker@await < [worker #2 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
        go here
          main program · waits for worker #2 : Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          fetch #2 · running * : fetch@here < [fetch #2 @await] < Await(fetch)?@await < worker@await < [worker #2 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          worker #2 · waits for await fetch : fetch@here < Await(fetch)?@await < worker@await < [worker #2 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
        end
        """,
    ),
    Case(
        "run_async: a program of effects in a task of asyncio",
        """
        import asyncio
        from sandstep.effects import Await, Spawn, Wait, do, run_async
        async def fetch(n):
            await asyncio.sleep(0.3 * (n - 1))  # @sleep
            return n  # @here!
        @do
        def worker(n):
            return (yield Await(fetch(n)))  # @await
        @do
        def program(n):
            task = yield Spawn(worker(n))  # @spawn
            return (yield Wait(task))  # @wait
        async def service(n):
            return await run_async(program(n))  # @run_async
        async def main():
            async with asyncio.TaskGroup() as group:  # @group
                for n in (1, 2):
                    group.create_task(service(n))  # @create
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for tasks 2, 3 : main@group < [main #1 @run] < <module>@run
          service #2 · waits for worker #1 : Wait(Task(1))?@wait < program@wait < service@run_async < [service #2 @create]
              < main@group < [main #1 @run] < <module>@run
          service #3 · waits for worker #1 : Wait(Task(1))?@wait < program@wait < service@run_async < [service #3 @create]
              < main@group < [main #1 @run] < <module>@run
          fetch #4 · running * : fetch@here < [fetch #4 @await] < Await(fetch)?@await < worker@await < [worker #1 @spawn]
              < Wait(Task(1))?@wait < program@wait < service@run_async < [service #2 @create] < main@group < [main #1 @run]
              < <module>@run
          fetch #5 · waits for sleep 0.3 s : fetch@sleep < [fetch #5 @await] < Await(fetch)?@await < worker@await
              < [worker #1 @spawn] < Wait(Task(1))?@wait < program@wait < service@run_async < [service #3 @create] < main@group
              < [main #1 @run] < <module>@run
          worker #1 · waits for await fetch : fetch@here < Await(fetch)?@await < worker@await < [worker #1 @spawn]
              < Wait(Task(1))?@wait < program@wait < service@run_async < [service #2 @create] < main@group < [main #1 @run]
              < <module>@run
          worker #1 · waits for await fetch : fetch@sleep < Await(fetch)?@await < worker@await < [worker #1 @spawn]
              < Wait(Task(1))?@wait < program@wait < service@run_async < [service #3 @create] < main@group < [main #1 @run]
              < <module>@run
        go here
          main program · waits for main #1 : <module>@run
          main #1 · waits for service #3 : main@group < [main #1 @run] < <module>@run
          service #3 · waits for worker #1 : Wait(Task(1))?@wait < program@wait < service@run_async < [service #3 @create]
              < main@group < [main #1 @run] < <module>@run
          fetch #5 · running * : fetch@here < [fetch #5 @await] < Await(fetch)?@await < worker@await < [worker #1 @spawn]
              < Wait(Task(1))?@wait < program@wait < service@run_async < [service #3 @create] < main@group < [main #1 @run]
              < <module>@run
          worker #1 · waits for await fetch : fetch@here < Await(fetch)?@await < worker@await < [worker #1 @spawn]
              < Wait(Task(1))?@wait < program@wait < service@run_async < [service #3 @create] < main@group < [main #1 @run]
              < <module>@run
        end
        """,
    ),
    Case(
        "run, plain, in a task of asyncio",
        """
        import asyncio
        from sandstep.effects import Get, do, run
        @do
        def program():
            value = yield Get("x")
            return value  # @here!
        async def service():
            return run(program())  # @run_effects
        async def main():
            await asyncio.create_task(service())  # @create
        asyncio.run(main())  # @run
        """,
        """
        stop here
          main program · waits for main #1 : <module>@run
          main #1 · waits for service #2 : main@create < [main #1 @run] < <module>@run
          service #2 · running * : program@here < service@run_effects < [service #2 @create] < main@create < [main #1 @run]
              < <module>@run
        end
        """,
    ),
    Case(
        "a handler that awaits",
        """
        import asyncio
        from sandstep.effects import Ask, Await, Resume, WithHandler, do, run
        async def load(key):
            await asyncio.sleep(0.01)
            return key  # @here!
        def handler(effect: Ask, k):
            value = yield Await(load(effect.key))  # @await
            return (yield Resume(k, value))
        @do
        def main():
            return (yield Ask("limit"))  # @ask
        run(WithHandler(handler, main()))  # @run
        """,
        """
        stop here
          main program · waits for await load : Await(load)?@await < handler!Ask@await < Ask('limit')?@ask < main@ask
              < <module>@run
          load #1 · running * : load@here < [load #1 @await] < Await(load)?@await < handler!Ask@await < Ask('limit')?@ask
              < main@ask < <module>@run
        end
        """,
    ),
    Case(
        "asyncio.run in a program of effects",
        """
        import asyncio
        from sandstep.effects import Get, Spawn, Wait, do, run
        async def child():
            x = 1  # @here!
        async def service():
            await asyncio.create_task(child())  # @create
        @do
        def worker():
            yield Get("x")
            asyncio.run(service())  # @asyncio
        @do
        def main():
            task = yield Spawn(worker())  # @spawn
            return (yield Wait(task))  # @wait
        run(main())  # @run
        """,
        """
        stop here
          main program · waits for worker #1 : Wait(Task(1))?@wait < main@wait < <module>@run
          service #1 · waits for child #2 : service@create < [service #1 @asyncio] < worker@asyncio < [worker #1 @spawn]
              < Wait(Task(1))?@wait < main@wait < <module>@run
          child #2 · running * : child@here < [child #2 @create] < service@create < [service #1 @asyncio] < worker@asyncio
              < [worker #1 @spawn] < Wait(Task(1))?@wait < main@wait < <module>@run
          worker #1 · waits for service #1 : worker@asyncio < [worker #1 @spawn] < Wait(Task(1))?@wait < main@wait
              < <module>@run
        end
        """,
    ),
]
