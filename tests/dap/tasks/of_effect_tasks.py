"""Tasks of the effect scheduler: what each waits for, and the stack of each."""

from . import Case

CASES = [
    Case(
        "Wait, Gather and Race",
        """
        from sandstep.effects import Gather, Race, Spawn, Wait, Yield, do, run
        @do
        def leaf(n):
            for _ in range(n):
                yield Yield()  # @turn
            return n  # @here!
        @do
        def waits():
            task = yield Spawn(leaf(1), name="waited for")  # @spawn_waited
            return (yield Wait(task))  # @wait
        @do
        def races():
            tasks = []
            for n in (2, 3):
                tasks.append((yield Spawn(leaf(n), name=f"racer {n}")))  # @spawn_racer
            return (yield Race(*tasks))  # @race
        @do
        def main():
            first = yield Spawn(waits())  # @first
            second = yield Spawn(races())  # @second
            return (yield Gather(first, second))  # @gather
        run(main())  # @run
        """,
        """
        stop here
          main program · waits for tasks 1, 2 : Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          waits #1 · waits for waited for #3 : Wait(Task(3))?@wait < waits@wait < [waits #1 @first]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          races #2 · waits for tasks 4, 5 : Race(Task(4), Task(5))?@race < races@race < [races #2 @second]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          waited for #3 · running * : leaf@here < [waited for #3 @spawn_waited] < Wait(Task(3))?@wait < waits@wait
              < [waits #1 @first] < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          racer 2 #4 · ready : Yield()?@turn < leaf@turn < [racer 2 #4 @spawn_racer] < Race(Task(4), Task(5))?@race < races@race
              < [races #2 @second] < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          racer 3 #5 · ready : Yield()?@turn < leaf@turn < [racer 3 #5 @spawn_racer] < Race(Task(4), Task(5))?@race < races@race
              < [races #2 @second] < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
        go here
          main program · waits for races #2 : Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          races #2 · waits for tasks 4, 5 : Race(Task(4), Task(5))?@race < races@race < [races #2 @second]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          racer 2 #4 · running * : leaf@here < [racer 2 #4 @spawn_racer] < Race(Task(4), Task(5))?@race < races@race
              < [races #2 @second] < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          racer 3 #5 · ready : Yield()?@turn < leaf@turn < [racer 3 #5 @spawn_racer] < Race(Task(4), Task(5))?@race < races@race
              < [races #2 @second] < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
        go here
          main program · ready : Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          racer 3 #5 · running * : leaf@here < [racer 3 #5 @spawn_racer] < Gather(Task(1), Task(2))?@gather < main@gather
              < <module>@run
        end
        """,
    ),
    Case(
        "promises and semaphores",
        """
        from sandstep.effects import (
            AcquireSemaphore, CompletePromise, CreatePromise, CreateSemaphore, Gather, ReleaseSemaphore, Spawn, Wait, Yield, do, run,
        )
        @do
        def reader(promise):
            return (yield Wait(promise))  # @reader
        @do
        def guarded(semaphore):
            yield AcquireSemaphore(semaphore)  # @acquire
            yield ReleaseSemaphore(semaphore)
        @do
        def main():
            promise = yield CreatePromise()
            semaphore = yield CreateSemaphore(1)
            yield AcquireSemaphore(semaphore)
            tasks = []
            for program in (reader(promise), guarded(semaphore)):
                tasks.append((yield Spawn(program)))  # @spawn
            yield Yield()
            x = 1  # @here!
            yield CompletePromise(promise, 3)
            yield ReleaseSemaphore(semaphore)
            return (yield Gather(*tasks))
        run(main())  # @run
        """,
        """
        stop here
          main program * : main@here < <module>@run
          reader #1 · waits for promise 1 : Wait(Promise(1))?@reader < reader@reader < [reader #1 @spawn] < main@here
              < <module>@run
          guarded #2 · waits for semaphore 2 : AcquireSemaphore(Semaphore(2))?@acquire < guarded@acquire < [guarded #2 @spawn]
              < main@here < <module>@run
        end
        """,
    ),
    Case(
        "a task that has not begun, one that failed and nobody asked, one that was cancelled",
        """
        from sandstep.effects import Cancel, Spawn, Try, Wait, Yield, do, run
        @do
        def fails():
            yield Yield()
            raise ValueError("no")  # @fails
        @do
        def endless():
            while True:
                yield Yield()  # @turn
        @do
        def main():
            failed = yield Spawn(fails())  # @first
            other = yield Spawn(endless())  # @second
            x = 1  # @fresh!
            yield Yield()
            yield Yield()
            yield Cancel(other)
            y = 2  # @cancelled!
            yield Yield()
            outcome = yield Try(Wait(failed))
            z = 3  # @taken!
        run(main())  # @run
        """,
        """
        stop fresh
          main program * : main@fresh < <module>@run
          fails #1 · ready : [fails #1 @first] < main@fresh < <module>@run
          endless #2 · ready : [endless #2 @second] < main@fresh < <module>@run
        go cancelled
          main program * : main@cancelled < <module>@run
          fails #1 · failed: ValueError: no : fails@fails < [fails #1 @first] < main@cancelled < <module>@run
          endless #2 · ready : Yield()?@turn < endless@turn < [endless #2 @second] < main@cancelled < <module>@run
        go taken
          main program * : main@taken < <module>@run
        end
        """,
    ),
    Case(
        "a deadlock",
        """
        from sandstep.effects import CreatePromise, Gather, Spawn, Wait, do, run
        @do
        def worker(promise):
            return (yield Wait(promise))  # @wait
        @do
        def main():
            promise = yield CreatePromise()
            tasks = []
            for n in range(2):
                tasks.append((yield Spawn(worker(promise), name=f"worker {n}")))  # @spawn
            try:
                yield Gather(*tasks)  # @gather
            except RuntimeError as error:
                x = 1  # @here!
        run(main())  # @run
        """,
        """
        stop here
          main program * : main@here < <module>@run
          worker 0 #1 · waits for promise 1 : Wait(Promise(1))?@wait < worker@wait < [worker 0 #1 @spawn] < main@here
              < <module>@run
          worker 1 #2 · waits for promise 1 : Wait(Promise(1))?@wait < worker@wait < [worker 1 #2 @spawn] < main@here
              < <module>@run
        end
        """,
    ),
    Case(
        "handlers that are shared: a handler's frame stands in the task whose effect it handles",
        """
        from sandstep.effects import Ask, Gather, Resume, Spawn, WithHandler, Yield, do, run
        def handler(effect: Ask, k):
            yield Yield()  # @in_handler
            x = effect.key  # @here!
            return (yield Resume(k, x))
        @do
        def asks(key):
            value = yield Ask(key)  # @ask
            return value
        @do
        def main():
            tasks = []
            for key in ("left", "right"):
                tasks.append((yield Spawn(asks(key), name=key)))  # @spawn
            return (yield Gather(*tasks))  # @gather
        run(WithHandler(handler, main()))  # @run
        """,
        """
        stop here
          main program · waits for tasks 1, 2 : Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          left #1 · running * : handler!Ask@here < Ask('left')?@ask < asks@ask < [left #1 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          right #2 · ready : Yield()?@in_handler < handler!Ask@in_handler < Ask('right')?@ask < asks@ask < [right #2 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
        go here
          main program · waits for right #2 : Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
          right #2 · running * : handler!Ask@here < Ask('right')?@ask < asks@ask < [right #2 @spawn]
              < Gather(Task(1), Task(2))?@gather < main@gather < <module>@run
        end
        """,
    ),
    Case(
        "a scheduler in a task of another scheduler",
        """
        from sandstep.effects import Spawn, Wait, Yield, do, run
        from sandstep.effects import scheduler
        @do
        def leaf():
            yield Yield()
            x = 1  # @here!
            return x
        @do
        def inner():
            task = yield Spawn(leaf(), name="inner")  # @spawn_inner
            return (yield Wait(task))  # @wait_inner
        @do
        def hosts():
            return run(inner())  # @nested
        @do
        def main():
            task = yield Spawn(hosts(), name="outer")  # @spawn_outer
            return (yield Wait(task))  # @wait_outer
        run(main())  # @run
        """,
        """
        stop here
          main program · waits for outer #1 : Wait(Task(1))?@wait_outer < main@wait_outer < <module>@run
          outer #1 · waits for inner #1 : Wait(Task(1))?@wait_inner < inner@wait_inner < hosts@nested < [outer #1 @spawn_outer]
              < Wait(Task(1))?@wait_outer < main@wait_outer < <module>@run
          inner #1 · running * : leaf@here < [inner #1 @spawn_inner] < Wait(Task(1))?@wait_inner < inner@wait_inner
              < hosts@nested < [outer #1 @spawn_outer] < Wait(Task(1))?@wait_outer < main@wait_outer < <module>@run
        end
        """,
    ),
    Case(
        "one program after another: numbers of tasks begin anew, thread ids do not",
        """
        from sandstep.effects import Spawn, Wait, do, run
        @do
        def leaf():
            return 1  # @here!
        @do
        def main():
            task = yield Spawn(leaf())  # @spawn
            return (yield Wait(task))  # @wait
        run(main())  # @first
        run(main())  # @second
        """,
        """
        stop here
          main program · waits for leaf #1 : Wait(Task(1))?@wait < main@wait < <module>@first
          leaf #1 · running * : leaf@here < [leaf #1 @spawn] < Wait(Task(1))?@wait < main@wait < <module>@first
        go here
          main program · waits for leaf #1 : Wait(Task(1))?@wait < main@wait < <module>@second
          leaf #1 · running * : leaf@here < [leaf #1 @spawn] < Wait(Task(1))?@wait < main@wait < <module>@second
        end
        """,
    ),
    Case(
        "the spawner has ended",
        """
        from sandstep.effects import Spawn, Wait, Yield, do, run
        @do
        def leaf():
            for _ in range(3):
                yield Yield()
            return 1  # @here!
        @do
        def spawner():
            return (yield Spawn(leaf()))  # @spawn_leaf
        @do
        def main():
            task = yield Spawn(spawner())  # @spawn
            leaf_task = yield Wait(task)
            return (yield Wait(leaf_task))  # @wait
        run(main())  # @run
        """,
        """
        stop here
          main program · waits for leaf #2 : Wait(Task(2))?@wait < main@wait < <module>@run
          leaf #2 · running * : leaf@here < [leaf #2 @spawn_leaf] < Wait(Task(2))?@wait < main@wait < <module>@run
        end
        """,
    ),
]
