"""Functions, methods and whatever else runs code by being called."""

from . import Case

CASES = [
    Case(
        "call",
        """
        def f(x):
            y = x + 1  # @body
            return y  # @ret
        a = f(1)  # @call!
        b = a  # @after
        """,
        "stop call; into body; over ret; over call; over after; over end",
    ),
    Case(
        "call over",
        """
        def f(x):
            return x + 1
        a = f(1)  # @call!
        b = a  # @after
        """,
        "stop call; over after?a == 2; over end",
    ),
    Case(
        "out of a call",
        """
        def f(x):
            y = x + 1  # @body
            return y
        a = f(1)  # @call!
        b = a  # @after
        """,
        "stop call; into body; out call; over after; out end",
    ),
    Case(
        "off the end without return",
        """
        def f():
            x = 1  # @body
        f()  # @call!
        b = 1  # @after
        """,
        "stop call; into body; over call; over after",
    ),
    Case(
        "inner call first",
        """
        def inner():
            return 1  # @inner
        def outer(x):
            return x  # @outer
        a = outer(inner())  # @call!
        b = a  # @after
        """,
        "stop call; into inner; over call; into outer; over call; over after",
    ),
    Case(
        "recursion is stepped over",
        """
        def fact(n):
            if n < 2:  # @test
                return 1  # @base
            rest = fact(n - 1)  # @call
            return n * rest  # @ret
        a = fact(4)  # @start!
        b = a  # @after
        """,
        "stop start; into test?n == 4; over call; over ret?n == 4 and rest == 6; over start; over after",
    ),
    Case(
        "out of recursion, one level each",
        """
        def down(n):
            if n:  # @test
                down(n - 1)  # @call
            return n  # @ret
        down(2)  # @start!
        b = 1  # @after
        """,
        "stop start; into test?n == 2; over call; into test?n == 1; over call; into test?n == 0; "
        "out call?n == 1; out call?n == 2; out start",
    ),
    Case(
        "a breakpoint in the recursion stops a step over",
        """
        def down(n):
            if n:  # @test
                down(n - 1)  # @call
            return n  # @ret!
        down(1)  # @start!
        b = 1  # @after
        """,
        "stop start; over ret:breakpoint?n == 0; go ret:breakpoint?n == 1; go after:step",
    ),
    Case(
        "a step is completed after a breakpoint in between",
        """
        def f():
            x = 1  # @inside!
            return x
        def g():
            y = f()  # @call!
            z = y  # @after
            return z
        g()
        """,
        "stop call; over inside:breakpoint; go after:step; go end",
    ),
    Case(
        "a step out is completed after a breakpoint in between",
        """
        def f():
            return 1  # @inside!
        def g():
            x = 0  # @first!
            y = f()
            return y
        g()  # @call
        b = 1  # @after
        """,
        "stop first; out inside:breakpoint; go call:step; over after",
    ),
    Case(
        "a breakpoint at the step's own end is one stop",
        """
        a = 1  # @one!
        b = 2  # @two!
        c = 3  # @three
        """,
        "stop one; over two:breakpoint; go end",
    ),
    Case(
        "constructor",
        """
        class A:
            def __init__(self, x):
                self.x = x  # @init
        a = A(1)  # @call!
        b = a  # @after
        """,
        "stop call; into init; over call; over after",
    ),
    Case(
        "operator",
        """
        class A:
            def __add__(self, other):
                return 1  # @add
        a = A()
        b = a + a  # @plus!
        c = b  # @after
        """,
        "stop plus; into add; over plus; over after",
    ),
    Case(
        "property",
        """
        class A:
            @property
            def x(self):
                return 1  # @x
        a = A()
        b = a.x  # @get!
        c = b  # @after
        """,
        "stop get; into x; out get; over after",
    ),
    Case(
        "default arguments and keyword arguments",
        """
        def f(a, b=2, *, c=3):
            return a + b + c  # @body
        a = f(1, c=4)  # @call!
        b = a  # @after
        """,
        "stop call; into body?(a, b, c) == (1, 2, 4); over call; over after?a == 7",
    ),
    Case(
        "closure",
        """
        def outer():
            n = 1
            def inner():
                nonlocal n
                n += 1  # @inner
                return n
            return inner
        f = outer()
        a = f()  # @call!
        b = a  # @after
        """,
        "stop call; into inner?n == 1; out call; over after?a == 2",
    ),
    Case(
        "a statement over several lines is one step",
        """
        def f(*args):
            return sum(args)
        a = f(  # @open!
            1,
            2,
        )
        b = a  # @after
        """,
        "stop open; over after?a == 3",
    ),
    Case(
        "into the calls of a statement over several lines",
        """
        def f(*args):
            return sum(args)  # @body
        def g():
            return 2  # @inner
        a = f(  # @open!
            1,
            g(),  # @arg
        )
        b = a  # @after
        """,
        "stop open; into inner; out arg|open; into body; out open; over after",
    ),
]
