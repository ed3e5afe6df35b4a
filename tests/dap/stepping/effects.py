"""Programs of effects: a step stays in its task, and goes to a handler and back where the program does."""

from . import Case, row

_HEAD = """
        from dataclasses import dataclass
        from sandstep.effects import *

        @dataclass(frozen=True)
        class E(Effect[int]):
            n: int = 0

"""


def _row(situation: str, program: str, *, over: str, into: str, out: str, elsewhere: str = "") -> list[Case]:
    return row(situation, _HEAD + program, over=over, into=into, out=out, elsewhere=elsewhere)


_PERFORM = """
        def handler(effect: E, k):
            answer = 7  # @other @first
            return (yield Resume(k, answer))  # @resume

        @do
        def sub():
            a = yield E()  # @here
            b = a  # @after
            return b  # @ret

        @do
        def body():
            c = yield sub()  # @sub
            return c  # @last

        run(WithHandler(handler, body()))  # @run
        """

CASES = [
    *_row(
        "effect that a handler of yours answers",
        _PERFORM,
        over="over after?a == 7; over ret; over sub; over last; over run",
        into="into first; over resume; over here; over after",
        out="out sub; over last?c == 7",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *_row(
        "effect that a library answers",
        """
        @do
        def other():
            x = 1  # @other
            yield Yield()
            return 2

        @do
        def body():
            task = yield Spawn(other())  # @spawn
            a = yield Yield()  # @here
            b = yield Wait(task)  # @after
            return b  # @ret

        @do
        def main():
            c = yield body()  # @sub
            return c  # @last

        run(main())
        """,
        over="over after; over ret?b == 2",
        into="into after; into ret?b == 2",
        out="out sub; over last?c == 2",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *_row(
        "program that is yielded",
        """
        @do
        def other():
            x = 1  # @other
            return x

        @do
        def main():
            a = yield other()  # @here
            b = a  # @after
            return b

        @do
        def outer():
            return (yield main())  # @sub

        run(outer())  # @run
        """,
        over="over after?a == 1",
        into="into other; out here; over after; out sub",
        out="out sub; over run",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *_row(
        "handler resumes, and waits for the end",
        """
        def handler(effect: E, k):
            x = yield Resume(k, 1)  # @here
            return x + 1  # @after

        @do
        def body():
            a = yield E()  # @perform
            b = a  # @other
            return b  # @ret

        @do
        def main():
            c = yield WithHandler(handler, body())  # @install
            return c  # @last

        run(main())
        """,
        over="over after?x == 1; over install; over last?c == 2",
        into="into perform; over other; over ret; over here; over after",
        out="out install; over last?c == 2",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *_row(
        "handler resumes in tail position",
        """
        def handler(effect: E, k):
            return (yield Resume(k, 1))  # @here

        @do
        def body():
            a = yield E()  # @perform
            b = a  # @other
            return b

        @do
        def main():
            c = yield WithHandler(handler, body())  # @install
            return c

        run(main())
        """,
        over="over perform; over other?a == 1",
        into="into perform; over other",
        out="out perform; over other",
        elsewhere="over perform; go other",
    ),
    *_row(
        "handler transfers",
        """
        def handler(effect: E, k):
            yield Transfer(k, 1)  # @here

        @do
        def body():
            a = yield E()  # @perform
            b = a  # @other
            return b

        run(WithHandler(handler, body()))
        """,
        over="over perform; over other?a == 1",
        into="into perform; over other",
        out="out perform; over other",
        elsewhere="over perform; go other",
    ),
    *_row(
        "handler passes",
        """
        def inner(effect: E, k):
            yield Pass()  # @here

        def outer(effect: E, k):
            answer = 1  # @other
            return (yield Resume(k, answer))  # @resume

        @do
        def body():
            a = yield E()  # @perform
            return a  # @last

        run(WithHandler(outer, WithHandler(inner, body())))
        """,
        over="over other; over resume; over perform; over last",
        into="into other; over resume",
        out="out other; out perform; over last",
        elsewhere="over other:breakpoint; over resume",
    ),
    *_row(
        "handler delegates",
        """
        def inner(effect: E, k):
            x = yield Delegate()  # @here
            return (yield Resume(k, x + 1))  # @after

        def outer(effect: E, k):
            answer = 1  # @other
            return (yield Resume(k, answer))  # @resume

        @do
        def body():
            a = yield E()  # @perform
            return a  # @last

        run(WithHandler(outer, WithHandler(inner, body())))
        """,
        over="over after?x == 1; over perform; over last?a == 2",
        into="into other; over resume; over here; over after",
        out="out perform; over last?a == 2",
        elsewhere="over other:breakpoint; go after:step",
    ),
    *_row(
        "handler abandons",
        """
        def handler(effect: E, k):
            return 5  # @here

        @do
        def body():
            try:
                a = yield E()  # @perform
            finally:
                done = True  # @other

        @do
        def main():
            c = yield WithHandler(handler, body())  # @install
            return c  # @last

        run(main())
        """,
        over="over other; over install; over last?c == 5",
        into="into other; into install",
        out="out other; out install",
        elsewhere="over other:breakpoint; over install",
    ),
    *_row(
        "handler abandons the stepped frame",
        """
        def handler(effect: E, k):
            return 5  # @other

        @do
        def body():
            a = yield E()  # @here
            return a

        @do
        def main():
            c = yield WithHandler(handler, body())  # @install
            return c  # @last

        run(main())
        """,
        over="over install; over last?c == 5",
        into="into other; over install; over last",
        out="out install; over last",
        elsewhere="over other:breakpoint; go install:step",
    ),
    *_row(
        "handler raises",
        """
        def handler(effect: E, k):
            raise ValueError("no")  # @here
            yield

        @do
        def body():
            try:
                a = yield E()  # @perform
            except ValueError as error:  # @except
                b = 1  # @other
            return 1

        run(WithHandler(handler, body()))
        """,
        over="over except; over other",
        into="into except; over other",
        out="out except; over other",
        elsewhere="over except; go other",
    ),
    *_row(
        "exception out of a program",
        """
        @do
        def sub():
            yield Yield()
            raise ValueError("no")  # @here

        @do
        def between():
            yield sub()

        @do
        def main():
            try:
                yield between()
            except ValueError:  # @except
                b = 1  # @other
            return 1  # @last

        run(main())
        """,
        over="over except; over other; over last",
        into="into except; over other",
        out="out except; over other",
        elsewhere="over except; go other",
    ),
    *_row(
        "end of an effect task",
        """
        @do
        def other():
            yield Yield()
            x = 1  # @other
            return x

        @do
        def work():
            yield Yield()
            return 1  # @here

        @do
        def main():
            task = yield Spawn(work())
            more = yield Spawn(other())
            a = yield Wait(task)  # @wait
            yield Wait(more)  # @after
            return a

        run(main())
        """,
        over="over wait; over after?a == 1",
        into="into wait; over after?a == 1",
        out="out wait; over after",
        elsewhere="over other:breakpoint; go wait:step",
    ),
    *_row(
        "exception in an effect task",
        """
        @do
        def other():
            yield Yield()
            x = 1  # @other
            return x

        @do
        def work():
            yield Yield()
            raise ValueError("no")  # @here

        @do
        def main():
            task = yield Spawn(work())
            more = yield Spawn(other())
            try:
                yield Wait(task)
            except ValueError:  # @except
                a = 1  # @after
            yield Wait(more)

        run(main())
        """,
        over="over except; over after",
        into="into except; over after",
        out="out except; over after",
        elsewhere="over other:breakpoint; go except:step",
    ),
    *_row(
        "end of a program of effects",
        """
        @do
        def main():
            yield Yield()
            return 1  # @here

        a = run(main())  # @run
        b = a  # @other
        """,
        over="over run; over other?a == 1; over end",
        into="into run; over other; into end",
        out="out run; over other; out end",
        elsewhere="over run; go other",
    ),
]
