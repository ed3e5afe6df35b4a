"""Code that is loaded while the program runs."""

from . import Case

CASES = [
    Case(
        "import is stepped over",
        """
        import colorsys  # @import!
        a = 1  # @after
        """,
        "stop import; over after",
    ),
    Case(
        "exec",
        """
        code = "x = 1"
        exec(code)  # @exec!
        b = 1  # @after
        """,
        "stop exec; over after?x == 1",
    ),
    Case(
        "namedtuple and dataclass make no stop of their own",
        """
        from collections import namedtuple
        from dataclasses import make_dataclass
        P = namedtuple("P", "x y")  # @named!
        Q = make_dataclass("Q", ["x"])  # @data
        p = P(1, 2)  # @p
        b = 1  # @after
        """,
        "stop named; into data; into p; into after",
    ),
]
