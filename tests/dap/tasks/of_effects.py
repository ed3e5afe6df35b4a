"""Programs of effects: dispatches, handlers, and programs within programs, in the main program and without tasks."""

from . import Case

CASES = [
    Case(
        "a program in a program",
        """
        from sandstep.effects import Ask, do, run
        def helper(n):
            return n  # @here!
        @do
        def inner(n):
            limit = yield Ask("limit")
            return helper(limit + n)  # @inner
        @do
        def outer():
            return (yield inner(1))  # @outer
        @do
        def main():
            return (yield from outer())  # @main
        run(main(), env={"limit": 2})  # @run
        """,
        """
        stop here
          main program * : helper@here < inner@inner < outer@outer < main@main < <module>@run
        end
        """,
    ),
    Case(
        "a handler: before it resumes, after, and while the program goes on",
        """
        from sandstep.effects import Ask, Resume, WithHandler, do, run
        def handler(effect: Ask, k):
            x = 1  # @before!
            result = yield Resume(k, 5)  # @resume
            y = 2  # @after!
            return result
        @do
        def main():
            value = yield Ask("limit")  # @ask
            x = value  # @meanwhile!
            return x
        run(WithHandler(handler, main()))  # @run
        """,
        """
        stop before
          main program * : handler!Ask@before < Ask('limit')?@ask < main@ask < <module>@run
        go meanwhile
          main program * : main@meanwhile < handler!Ask@resume < <module>@run
        go after
          main program * : handler!Ask@after < <module>@run
        end
        """,
    ),
    Case(
        "a handler performs an effect of its own, delegates, passes",
        """
        from sandstep.effects import Ask, Delegate, Get, Pass, Resume, WithHandler, do, run
        def passes(effect: Ask, k):
            yield Pass()
        def delegates(effect: Ask, k):
            value = yield Delegate()  # @delegate
            return (yield Resume(k, value))
        def performs(effect: Ask, k):
            value = yield Get("key")  # @get
            return (yield Resume(k, value))
        def last(effect: Get, k):
            x = 1  # @here!
            return (yield Resume(k, x))
        @do
        def main():
            return (yield Ask("limit"))  # @ask
        stack = WithHandler(last, WithHandler(performs, WithHandler(delegates, WithHandler(passes, main()))))
        run(stack)  # @run
        """,
        """
        stop here
          main program * : last!Get@here < Get('key')?@get < performs!Ask@get < Ask('limit')?@ask < delegates!Ask@delegate
              < Ask('limit')?@ask < main@ask < <module>@run
        end
        """,
    ),
    Case(
        "a handler transfers, one abandons, one throws",
        """
        from sandstep.effects import Effect, Put, ResumeThrow, Transfer, WithHandler, do, run
        class Stop(Effect[None]):
            pass
        class Fail(Effect[None]):
            pass
        class Go(Effect[int]):
            pass
        def transfers(effect: Go, k):
            yield Transfer(k, 7)  # @transfer
        def abandons(effect: Stop, k):
            x = 1  # @abandon!
            return x
            yield
        def throws(effect: Fail, k):
            return (yield ResumeThrow(k, ValueError("no")))  # @throw
        @do
        def stops():
            value = yield Go()
            x = value  # @gone!
            yield Stop()  # @stop
        @do
        def main():
            result = yield WithHandler(abandons, stops())  # @with
            try:
                yield Fail()
            except ValueError:
                x = 1  # @caught!
        run(WithHandler(transfers, WithHandler(throws, main())))  # @run
        """,
        """
        stop gone
          main program * : stops@gone < main@with < <module>@run
        go abandon
          main program * : abandons!Stop@abandon < Stop()? < stops@stop < main@with < <module>@run
        go caught
          main program * : main@caught < <module>@run
        end
        """,
    ),
    Case(
        "a handler that is a plain function",
        """
        from sandstep.effects import Ask, Answerer, WithHandler, do, run
        def answer(effect):
            return len(effect.key)  # @here!
        @do
        def main():
            return (yield Ask("limit"))  # @ask
        run(WithHandler(Answerer("lengths", (Ask,), answer), main()))  # @run
        """,
        """
        stop here
          main program * : answer!Ask@here < Ask('limit')?@ask < main@ask < <module>@run
        end
        """,
    ),
    Case(
        "a nested run in a handler",
        """
        from sandstep.effects import Ask, Get, Resume, WithHandler, do, run
        @do
        def lookup(key):
            value = yield Get(key)
            return value  # @here!
        def handler(effect: Ask, k):
            value = run(lookup(effect.key))  # @nested
            return (yield Resume(k, value))
        @do
        def main():
            return (yield Ask("limit"))  # @ask
        run(WithHandler(handler, main()))  # @run
        """,
        """
        stop here
          main program * : lookup@here < handler!Ask@nested < Ask('limit')?@ask < main@ask < <module>@run
        end
        """,
    ),
    Case(
        "Try, Local and Listen around a program",
        """
        from sandstep.effects import Ask, Listen, Local, Tell, Try, do, run
        @do
        def leaf():
            yield Tell("hello")
            return (yield Ask("n")) // 0  # @here!
        @do
        def main():
            outcome = yield Try(Local({"n": 1}, Listen(leaf())))  # @try
            x = outcome  # @after!
        run(main())  # @run
        """,
        """
        stop here
          main program * : leaf@here < main@try < <module>@run
        go after
          main program * : main@after < <module>@run
        end
        """,
    ),
    Case(
        "an ordinary generator that the program iterates",
        """
        from sandstep.effects import Ask, do, run
        def numbers(n):
            for each in range(n):
                yield each  # @here!
        @do
        def main():
            limit = yield Ask("n")
            return sum(numbers(limit))  # @sum
        run(main(), env={"n": 1})  # @run
        """,
        """
        stop here
          main program * : numbers@here < main@sum < <module>@run
        end
        """,
    ),
    Case(
        "an effect whose repr is broken, and one that is huge",
        """
        from dataclasses import dataclass
        from sandstep.effects import Effect, Resume, WithHandler, do, run
        class Broken(Effect[int]):
            def __init__(self, n):
                self.n = n
            def __repr__(self):
                raise RuntimeError("no text")
        @dataclass(frozen=True)
        class Huge(Effect[int]):
            text: str
        def handler(effect: Broken | Huge, k):
            x = 1  # @here!
            return (yield Resume(k, x))
        @do
        def main():
            yield Broken(3)  # @broken
            yield Huge("x" * 1_000_000)  # @huge
        run(WithHandler(handler, main()))  # @run
        """,
        """
        stop here
          main program * : handler!Broken@here < Broken(3)? < main@broken < <module>@run
        go here
          main program * : handler!Huge@here < Huge(text='xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…?@huge < main@huge
              < <module>@run
        end
        """,
    ),
    Case(
        "the runtime's frames, on request",
        """
        from sandstep.effects import Ask, Resume, WithHandler, do, run
        def handler(effect: Ask, k):
            x = 1  # @here!
            return (yield Resume(k, x))
        @do
        def main():
            return (yield Ask("limit"))  # @ask
        run(WithHandler(handler, main()))  # @run
        """,
        """
        stop here
          main program * : handler!Ask@here < Machine._loop@machine.py < Machine.advance@machine.py < Ask('limit')?@ask
              < main@ask < scheduled@scheduler.py < run@programs.py < _Outcome.__new__@raising.py < <module>@run
        """,
        {"justMyCode": False},
    ),
]
