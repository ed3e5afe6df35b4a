"""Generators, generator expressions, comprehensions."""

from . import Case

CASES = [
    Case(
        "generator expression is stepped over",
        """
        items = [1, 2, 3]
        a = sum(x * x for x in items)  # @sum!
        b = a  # @after
        """,
        "stop sum; over after?a == 14",
    ),
    Case(
        "call in a generator expression is stepped over",
        """
        def f(x):
            return x  # @f
        a = sum(f(x) for x in [1, 2])  # @sum!
        b = a  # @after
        """,
        "stop sum; over after?a == 3",
    ),
    Case(
        "comprehension is stepped over at once",
        """
        a = [x * x for x in range(5)]  # @list!
        b = {x: x for x in a}  # @dict
        c = {x % 2 for x in a}  # @set
        d = c  # @after
        """,
        "stop list; over dict; over set; over after?c == {0, 1}",
    ),
    Case(
        "into a function called by a comprehension",
        """
        def f(x):
            return x  # @f
        a = [f(x) for x in (1, 2)]  # @list!
        b = a  # @after
        """,
        "stop list; into f?x == 1; out list; into f?x == 2; out list; over after",
    ),
    Case(
        "over a loop on a generator",
        """
        def gen():
            yield 1
            yield 2
        for v in gen():  # @loop!
            use = v  # @body
        b = 1  # @after
        """,
        "stop loop; over body?v == 1; over loop:breakpoint; over body?v == 2; over loop:breakpoint; over after",
    ),
    Case(
        "into a generator, and out to its consumer",
        """
        def gen():
            x = 1  # @first
            yield x  # @yield
            yield 2  # @second
        def use():
            for v in gen():  # @loop
                last = v  # @body
            return last
        use()  # @call!
        """,
        "stop call; into loop; into first; out loop; over body?v == 1; over loop; into second; out loop; over body?v == 2",
    ),
    Case(
        "over a yield goes to the consumer",
        """
        def gen():
            x = 1  # @first!
            yield x  # @yield
            y = 2  # @second
        def use():
            for v in gen():  # @loop
                last = v  # @body
            return last  # @ret
        use()
        """,
        "stop first; over yield; over loop; over body; over loop; over ret",
    ),
    Case(
        "out at a yield goes to the consumer",
        """
        def gen():
            x = 1  # @first!
            yield x  # @yield
            y = 2  # @second
        def use():
            for v in gen():  # @loop
                last = v  # @body
        use()
        """,
        "stop first; over yield; out loop; over body?v == 1",
    ),
    Case(
        "over a yield of a generator that nobody resumes",
        """
        def gen():
            x = 1  # @first!
            yield x  # @yield
            y = 2
        def use():
            for v in gen():  # @loop
                break  # @break
            return v  # @ret
        use()  # @call
        """,
        "stop first; over yield; over loop|break|ret",
    ),
    Case(
        "generator driven by C code: over a yield comes back to it",
        """
        def gen():
            x = 1  # @first!
            yield x  # @yield
            y = 2  # @second
            yield y  # @again
        a = list(gen())  # @list
        b = a  # @after
        """,
        "stop first; over yield; over second; over again; out list; over after?a == [1, 2]",
    ),
    Case(
        "yield from",
        """
        def inner():
            x = 1  # @inner!
            yield x
        def outer():
            yield from inner()  # @delegate
            y = 2  # @rest
        for v in outer():  # @loop
            use = v  # @body
        """,
        "stop inner; out delegate|loop",
    ),
    Case(
        "end of a generator goes to its consumer",
        """
        def gen():
            yield 1
            x = 2  # @last!
        for v in gen():  # @loop
            use = v
        b = 1  # @after
        """,
        "stop last; over loop; over after",
    ),
    Case(
        "send",
        """
        def echo():
            got = yield 1  # @yield
            yield got * 2  # @twice
        g = echo()
        a = next(g)  # @next!
        b = g.send(21)  # @send
        c = b  # @after
        """,
        "stop next; into yield; out next; over send; into yield|twice",
    ),
    Case(
        "close runs the finally",
        """
        def gen():
            try:
                yield 1
            finally:
                done = True  # @finally
        g = gen()
        next(g)
        g.close()  # @close!
        b = 1  # @after
        """,
        "stop close; into yield|finally",
    ),
]
