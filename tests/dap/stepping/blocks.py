"""with, try/finally, loops, branches, classes, decorators: what a line is made of."""

from . import Case

CASES = [
    Case(
        "with",
        """
        class Ctx:
            def __enter__(self):
                return 1  # @enter
            def __exit__(self, *args):
                return False  # @exit
        with Ctx() as c:  # @with!
            use = c  # @body
        b = 1  # @after
        """,
        "stop with; over body; over with:breakpoint; over after",
    ),
    Case(
        "into __enter__ and __exit__",
        """
        class Ctx:
            def __enter__(self):
                return 1  # @enter
            def __exit__(self, *args):
                return False  # @exit
        def f():
            with Ctx() as c:  # @with
                use = c  # @body
            b = 1  # @after
        f()  # @call!
        """,
        "stop call; into with; into enter; over with; over body; over with; into exit; over with; over after",
    ),
    Case(
        "contextmanager",
        """
        from contextlib import contextmanager
        @contextmanager
        def ctx():
            x = 1  # @before
            yield x  # @yield
            y = 2  # @cleanup
        def f():
            with ctx() as c:  # @with
                use = c  # @body
            b = 1  # @after
        f()  # @call!
        """,
        "stop call; into with; over body; over with; over after",
    ),
    Case(
        "try and finally",
        """
        def f():
            try:
                x = 1  # @try!
            finally:
                y = 2  # @finally
            return x  # @ret
        f()  # @call
        """,
        "stop try; over finally; over ret; over call",
    ),
    Case(
        "return in try with finally",
        """
        def f():
            try:
                return g()  # @try!
            finally:
                y = 2  # @finally
        def g():
            return 1
        f()  # @call
        """,
        "stop try; over finally; out call",
    ),
    Case(
        "exception handled in the same function",
        """
        try:
            int("x")  # @try!
        except ValueError as error:  # @except
            name = str(error)  # @handler
        else:
            name = ""
        finally:
            done = True  # @finally
        b = 1  # @after
        """,
        "stop try; over except; over handler; over finally; over after",
    ),
    Case(
        "for and else",
        """
        for n in range(2):  # @for!
            use = n  # @body
        else:
            last = n  # @else
        b = 1  # @after
        """,
        "stop for; over body?n == 0; over for:breakpoint; over body?n == 1; over for:breakpoint; over else; over after",
    ),
    Case(
        "break and continue",
        """
        for n in range(5):  # @for
            if n == 1:  # @if!
                continue  # @continue
            if n == 2:  # @two
                break  # @break
        b = 1  # @after
        """,
        "stop if?n == 0; over two; over for; over if:breakpoint; over continue; over for; "
        "over if:breakpoint?n == 2; over two; over break; over after",
    ),
    Case(
        "while on one line is stepped over",
        """
        n = 100  # @start!
        while n: n -= 1  # @while
        b = n  # @after
        """,
        "stop start; over while; over after?n == 0",
    ),
    Case(
        "if without else",
        """
        x = 1  # @start!
        if x == 2:  # @if
            y = 1  # @no
        z = 1  # @after
        """,
        "stop start; over if; over after",
    ),
    Case(
        "match",
        """
        point = (0, 3)  # @start!
        match point:  # @match
            case (0, 0):  # @origin
                name = "origin"
            case (0, y):  # @axis
                name = f"y={y}"  # @found
            case _:
                name = "other"
        b = name  # @after
        """,
        "stop start; over match; over origin; over axis; over found; over after?name == 'y=3'",
    ),
    Case(
        "class body is stepped over",
        """
        a = 1  # @start!
        class A:  # @class
            x = 1  # @inside
            def f(self):
                pass
        b = A.x  # @after
        """,
        "stop start; over class; over after",
    ),
    Case(
        "into a class body",
        """
        class A:  # @class!
            x = 1  # @x
            y = 2  # @y
        b = A.x  # @after
        """,
        "stop class; into x; over y; over class; over after",
    ),
    Case(
        "decorator",
        """
        def deco(function):
            function.marked = True  # @deco
            return function
        a = 1  # @start!
        @deco  # @apply
        def f():  # @def
            return 1  # @f
        b = f()  # @after
        """,
        "stop start; over apply; over def; over after",
    ),
    Case(
        "into a decorated function",
        """
        def deco(function):
            def wrapper(*args):
                return function(*args)  # @wrapper
            return wrapper
        @deco
        def f(x):
            return x  # @f
        a = f(1)  # @call!
        b = a  # @after
        """,
        "stop call; into wrapper; into f; over wrapper; over call; over after",
    ),
    Case(
        "lambda",
        """
        double = lambda x: x * 2  # @lambda
        a = double(2)  # @call!
        b = a  # @after
        """,
        "stop call; into lambda?x == 2; over call; over after?a == 4",
    ),
    Case(
        "key function is stepped over",
        """
        a = sorted([3, 1, 2], key=lambda x: -x)  # @sort!
        b = a  # @after
        """,
        "stop sort; over after?a == [3, 2, 1]",
    ),
    Case(
        "into a key function, and out of it",
        """
        def key(x):
            return -x  # @key
        a = sorted([3, 1], key=key)  # @sort!
        b = a  # @after
        """,
        "stop sort; into key?x == 3; out sort; over after?a == [3, 1]",
    ),
    Case(
        "walrus and conditional expression",
        """
        def f(x):
            return x  # @f
        if (n := f(3)) > 2:  # @if!
            m = f(1) if n > 5 else 0  # @cond
        b = m  # @after
        """,
        "stop if; into f; over if; over cond; over after?m == 0",
    ),
    Case(
        "several statements on one line",
        """
        a = 1; b = 2; c = 3  # @one!
        d = c  # @after
        """,
        "stop one; over after",
    ),
    Case(
        "last line of the program",
        """
        a = 1  # @one!
        b = 2  # @two
        """,
        "stop one; over two; over end",
    ),
    Case(
        "out of the module is the end",
        """
        a = 1  # @one!
        b = 2
        """,
        "stop one; out end",
    ),
    Case(
        "library code is stepped over",
        """
        import json
        a = json.dumps({"a": 1})  # @dumps!
        b = a  # @after
        """,
        "stop dumps; into after",
    ),
    Case(
        "into code of mine that a library calls",
        """
        import json
        def default(value):
            return 1  # @mine
        a = json.dumps(object(), default=default)  # @dumps!
        b = a  # @after
        """,
        "stop dumps; into mine; over dumps; over after",
    ),
    Case(
        "a step from library code that I do not see ends in mine",
        """
        import functools
        @functools.lru_cache
        def f(x):
            return x  # @f!
        a = f(1)  # @call
        b = a  # @after
        """,
        "stop f; over call; over after",
    ),
]
