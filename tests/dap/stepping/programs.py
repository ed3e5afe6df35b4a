"""Programs of effects as people write them: handlers of every kind, tasks in tasks, libraries in between."""

from . import Case

CASES = [
    Case(
        "state and a loop",
        """
        from sandstep.effects import *
        @do
        def count(n):
            for _ in range(n):  # @for!
                a = yield Get("n")  # @get
                yield Put("n", a + 1)  # @put
            return (yield Get("n"))  # @ret
        @do
        def main():
            n = yield count(2)  # @count
            return n  # @last
        run(main(), state={"n": 0})
        """,
        "stop for; over get; into put; into for:breakpoint; over get; over put; over for:breakpoint; "
        "over ret; over count; over last?n == 2",
    ),
    Case(
        "recursion of programs is stepped over",
        """
        from sandstep.effects import *
        @do
        def fact(n):
            if n < 2:  # @test
                return 1  # @base
            rest = yield fact(n - 1)  # @call
            return n * rest  # @ret
        @do
        def main():
            a = yield fact(4)  # @start!
            return a  # @last
        run(main())
        """,
        "stop start; into test?n == 4; over call; over ret?n == 4 and rest == 6; over start; over last",
    ),
    Case(
        "yield from a program",
        """
        from sandstep.effects import *
        def handler(effect: Ask, k):
            return (yield Resume(k, 3))  # @handler
        @do
        def inner():
            a = yield Ask("a")  # @ask!
            return a  # @ret
        @do
        def outer():
            b = yield from inner()  # @from
            return b  # @last
        run(WithHandler(handler, outer()))
        """,
        "stop ask; into handler; over ask; over ret?a == 3; over from; over last?b == 3",
    ),
    Case(
        "a part of a program in a generator of its own",
        """
        from sandstep.effects import *
        def part():
            a = yield Ask("a")  # @ask!
            b = yield Ask("a")  # @again
            return a + b  # @ret
        @do
        def main():
            c = yield from part()  # @from
            return c  # @last
        run(main(), env={"a": 1})
        """,
        "stop ask; over again?a == 1; into ret; over from; over last?c == 2",
    ),
    Case(
        "generators of the program's own keep to their consumer",
        """
        from sandstep.effects import *
        def numbers():
            yield 1  # @one!
            yield 2  # @two
        @do
        def main():
            total = 0
            for n in numbers():  # @for
                total += (yield Ask("a")) * n  # @body
            return total
        run(main(), env={"a": 1})
        """,
        "stop one; over for; over body?n == 1; over for; into two; over for; over body?n == 2",
    ),
    Case(
        "a handler that is a method, one that is a program, one that is a plain function",
        """
        import functools
        from sandstep.effects import *
        class A(Effect[int]): pass
        class B(Effect[int]): pass
        class C(Effect[int]): pass
        class Box:
            def handle(self, effect: A, k):
                return (yield Resume(k, 1))  # @method
        @do
        def program(effect: B, k):
            return (yield Resume(k, 2))  # @program
        def plain(effect: C, k):
            return Resume(k, 3)  # @plain
        @do
        def body():
            a = yield A()  # @a!
            b = yield B()  # @b
            c = yield C()  # @c
            return a + b + c  # @ret
        run(WithHandler(Box().handle, WithHandler(program, WithHandler(plain, body()))))
        """,
        "stop a; into method; over a; over b; into program; over b; over c; into plain; over c; over ret?a + b + c == 6",
    ),
    Case(
        "a handler that performs an effect of its own",
        """
        from sandstep.effects import *
        class A(Effect[int]): pass
        def cache(effect: A, k):
            n = yield Get("n")  # @get
            yield Put("n", n + 1)  # @put
            return (yield Resume(k, n))  # @resume
        @do
        def body():
            a = yield A()  # @a!
            return a  # @ret
        run(WithHandler(cache, body()), state={"n": 5})
        """,
        "stop a; into get; over put?n == 5; into resume; into a; into ret?a == 5",
    ),
    Case(
        "a continuation that is kept and used later",
        """
        from sandstep.effects import *
        class Pause(Effect[int]): pass
        kept = []
        def pauses(effect: Pause, k):
            kept.append(k)
            return 0
        @do
        def body():
            a = yield Pause()  # @pause!
            return a  # @ret
        @do
        def main():
            first = yield WithHandler(pauses, body())  # @first
            b = 1  # @between
            second = yield Resume(kept.pop(), 9)  # @second
            return second  # @last
        run(main())
        """,
        "stop pause; over ret?a == 9; over second|last",
    ),
    Case(
        "an error that a library catches",
        """
        from sandstep.effects import *
        @do
        def sub():
            yield Yield()
            int("x")  # @fails!
        @do
        def main():
            r = yield Try(sub())  # @try
            return r  # @last
        run(main())
        """,
        "stop fails; over try; over last?type(r).__name__ == 'Err'",
    ),
    Case(
        "an effect that nobody answers",
        """
        from sandstep.effects import *
        class A(Effect[int]): pass
        @do
        def main():
            try:
                yield A()  # @a!
            except UnhandledEffectError:  # @except
                b = 1  # @handled
            return 1  # @ret
        run(main())
        """,
        "stop a; into except; over handled; over ret",
    ),
    Case(
        "an effect task that is cancelled while it is stepped",
        """
        from sandstep.effects import *
        @do
        def work():
            try:
                yield Wait((yield CreatePromise()))  # @wait!
            finally:
                done = 1  # @finally
        @do
        def main():
            task = yield Spawn(work())
            yield Yield()
            yield Cancel(task)  # @cancel
            a = yield Try(Wait(task))  # @join
            return a  # @last
        run(main())
        """,
        "stop wait; over finally; over join|last",
    ),
    Case(
        "a race: out of the winner, and the loser stays",
        """
        from sandstep.effects import *
        @do
        def slow():
            yield Wait((yield CreatePromise()))
        @do
        def fast():
            yield Yield()
            return 1  # @fast!
        @do
        def main():
            a = yield Spawn(slow())
            b = yield Spawn(fast())
            c = yield Race(a, b)  # @race
            return c  # @last
        run(main())
        """,
        "stop fast; out race; over last?c == 1",
    ),
    Case(
        "batches in batches: out of each goes to who gathers it",
        """
        from sandstep.effects import *
        @do
        def item(n):
            yield Yield()
            return n  # @item
        @do
        def batch(n):
            tasks = []
            for i in range(2):
                tasks.append((yield Spawn(item(n + i))))
            got = yield Gather(*tasks)  # @gather
            return got  # @got
        @do
        def last():
            yield Yield()
            yield Yield()
            x = 1  # @last!
            return x
        @do
        def main():
            one = yield Spawn(batch(10))
            two = yield Spawn(last())
            all = yield Gather(one, two)  # @all
            return all  # @end_of_main
        run(main())
        """,
        "stop last; out all; over end_of_main?all == [[10, 11], 1]",
    ),
    Case(
        "a run inside of a run",
        """
        from sandstep.effects import *
        @do
        def inner():
            yield Yield()
            a = yield Ask("a")  # @ask!
            return a  # @ret
        def plain():
            return run(inner(), env={"a": 1})  # @run
        @do
        def main():
            yield Yield()
            b = plain()  # @plain
            return b  # @last
        run(main())
        """,
        "stop ask; over ret; over run; over plain; over last?b == 1",
    ),
    Case(
        "an observer of effects is stepped into",
        """
        from sandstep.effects import *
        seen = []
        def observe(effect):
            seen.append(effect)  # @observe
        @do
        def body():
            a = yield Ask("a")  # @ask!
            return a  # @ret
        run(WithObserve(observe, body()), env={"a": 1})
        """,
        "stop ask; into observe; over ask|ret; over ret|end",
    ),
    Case(
        "out of an effect task that asyncio runs",
        """
        import asyncio
        from sandstep.effects import *
        @do
        def work():
            a = yield Await(asyncio.sleep(0.001, 4))  # @await!
            return a  # @ret
        @do
        def main():
            task = yield Spawn(work())
            b = yield Wait(task)  # @wait
            return b  # @last
        async def other():
            for _ in range(20):
                x = 1
                await asyncio.sleep(0)
        async def top():
            task = asyncio.create_task(other())
            c = await run_async(main())  # @run
            return c  # @end_of_top
        asyncio.run(top())
        """,
        "stop await; over ret?a == 4; out wait; over last?b == 4; over run; over end_of_top",
    ),
]
