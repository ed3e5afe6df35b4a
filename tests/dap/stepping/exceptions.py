"""Exceptions that leave the stepped frame."""

from . import Case

CASES = [
    Case(
        "to the caller's handler",
        """
        def f():
            raise ValueError("no")  # @raise
        try:
            f()  # @call!
        except ValueError:  # @except
            a = 1  # @handler
        b = 1  # @after
        """,
        "stop call; into raise; over except; over handler; over after",
    ),
    Case(
        "over a call that raises",
        """
        def f():
            raise ValueError("no")
        try:
            f()  # @call!
            x = 1
        except ValueError:  # @except
            a = 1  # @handler
        """,
        "stop call; over except; over handler",
    ),
    Case(
        "to a handler further up",
        """
        def c():
            raise KeyError("no")  # @raise!
        def b():
            c()  # @b
            x = 1
        def a():
            try:
                b()  # @a
            except KeyError:  # @except
                y = 1  # @handler
            return 1  # @ret
        a()
        """,
        "stop raise; over except; over handler; over ret",
    ),
    Case(
        "out of a function that raises",
        """
        def f():
            x = 1  # @first!
            raise ValueError("no")
        try:
            f()
        except ValueError:  # @except
            a = 1  # @handler
        """,
        "stop first; out except; over handler",
    ),
    Case(
        "through a finally of the caller",
        """
        def f():
            raise ValueError("no")  # @raise!
        def g():
            try:
                f()
            finally:
                x = 1  # @finally
        try:
            g()
        except ValueError:  # @except
            a = 1
        """,
        "stop raise; over finally; over except",
    ),
    Case(
        "with suppresses it",
        """
        from contextlib import suppress
        def f():
            raise ValueError("no")  # @raise!
        def g():
            with suppress(ValueError):  # @with
                f()
            a = 1  # @after
        g()
        """,
        "stop raise; over with; over after",
    ),
    Case(
        "from a generator to its consumer",
        """
        def gen():
            yield 1
            raise ValueError("no")  # @raise!
        try:
            for v in gen():
                x = v
        except ValueError:  # @except
            a = 1  # @handler
        """,
        "stop raise; over except; over handler",
    ),
    Case(
        "StopIteration of an iterator is not seen",
        """
        class Twice:
            n = 0
            def __iter__(self):
                return self
            def __next__(self):
                self.n += 1
                if self.n > 1:
                    raise StopIteration  # @stop!
                return self.n
        for v in Twice():  # @loop
            use = v
        b = 1  # @after
        """,
        "stop stop; over loop; over after",
    ),
    Case(
        "caught and raised again as another",
        """
        def f():
            try:
                int("x")  # @try!
            except ValueError as error:  # @except
                raise KeyError("y") from error  # @again
        try:
            f()
        except KeyError:  # @outer
            a = 1  # @handler
        """,
        "stop try; over except; over again; over outer; over handler",
    ),
    Case(
        "except star",
        """
        def f():
            raise ExceptionGroup("both", [ValueError("a"), KeyError("b")])  # @raise!
        try:
            f()
        except* ValueError:  # @value
            a = 1  # @first
        except* KeyError:  # @key
            b = 1  # @second
        """,
        "stop raise; over value; over first; over key; over second",
    ),
]
