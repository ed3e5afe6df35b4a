"""Stopping at exceptions, and what is said about them."""

from __future__ import annotations

from typing import Any

from .client import Message
from .conftest import Debug
from .session import Session

CAUGHT = """
def f(x):
    raise ValueError(f"bad {x}")  # @raise
for n in range(3):
    try:
        f(n)
    except ValueError:
        pass
print("done")
"""

UNCAUGHT = """
def f(x):
    raise ValueError(f"bad {x}")  # @raise
def main():
    f(7)  # @call
main()  # @main
"""


def started(debug: Debug, text: str, *filters: str, options: list[Message] | None = None, **launch: Any) -> Session:
    session = debug.session()
    session.program = program = debug.write(text)
    session.launch(program=str(program.path), **launch)
    arguments: Message = {"filters": list(filters)}
    if options:
        arguments["filterOptions"] = options
    session.client.request("setExceptionBreakpoints", **arguments)
    session.configured()
    return session


def info(session: Session) -> Message:
    return session.client.request("exceptionInfo", threadId=session.at().thread)


def test_filters_are_advertised(debug: Debug) -> None:
    filters = {one["filter"]: one for one in debug.session().initialize()["exceptionBreakpointFilters"]}
    assert {"raised", "uncaught", "userUnhandled"} <= set(filters)
    assert all(one["label"] for one in filters.values())
    assert all(filters[name].get("supportsCondition") for name in ("raised", "uncaught", "userUnhandled"))


def test_raised(debug: Debug) -> None:
    session = started(debug, CAUGHT, "raised")
    stop = session.stop()
    assert stop.reason == "exception"
    assert session.where() == "raise"
    told = info(session)
    assert told["exceptionId"].endswith("ValueError")
    assert told["description"] == "bad 0"
    assert told["breakMode"] == "always"
    assert told["details"]["message"] == "bad 0"
    assert "line 2, in f" in told["details"]["stackTrace"]
    assert session.go().reason == "exception"
    assert session.go().reason == "exception"
    assert session.finish() == 0


def test_none_chosen_does_not_stop(debug: Debug) -> None:
    assert started(debug, CAUGHT).finish() == 0


def test_caught_is_not_uncaught(debug: Debug) -> None:
    assert started(debug, CAUGHT, "uncaught").finish() == 0


def test_uncaught_stops_where_it_was_raised(debug: Debug) -> None:
    session = started(debug, UNCAUGHT, "uncaught")
    stop = session.stop()
    assert stop.reason == "exception"
    assert session.where() == "raise"
    assert info(session)["breakMode"] == "unhandled"
    assert session.locals()["x"]["value"] == "7"
    assert [frame["name"] for frame in session.frames()] == ["f", "main", "<module>"]
    assert session.finish() == 1


def test_uncaught_prints_the_traceback_of_the_program_alone(debug: Debug) -> None:
    session = debug.ran("def f(x):\n    raise ValueError(f'bad {x}')\ndef main():\n    f(7)\nmain()\n")
    assert session.program
    path = session.program.path
    assert session.client.output("stderr") == (
        "Traceback (most recent call last):\n"
        f'  File "{path}", line 5, in <module>\n    main()\n    ~~~~^^\n'
        f'  File "{path}", line 4, in main\n    f(7)\n    ~^^^\n'
        f"  File \"{path}\", line 2, in f\n    raise ValueError(f'bad {{x}}')\n"
        "ValueError: bad 7\n"
    )
    assert session.client.events("exited") == [{"exitCode": 1}]


def test_user_unhandled_stops_where_it_leaves_my_code(debug: Debug) -> None:
    text = """
    import json
    class Odd:
        pass
    def default(value):
        raise KeyError("odd")  # @raise
    try:
        json.dumps(Odd(), default=default)
    except KeyError:
        pass
    import asyncio
    async def fails():
        raise OSError("in a task")
    async def main():
        return await asyncio.gather(fails(), return_exceptions=True)
    print(asyncio.run(main()))
    """
    session = started(debug, text, "userUnhandled")
    stop = session.stop()
    assert stop.reason == "exception"
    assert session.where() == "raise"
    assert info(session)["breakMode"] == "userUnhandled"
    assert session.go().reason == "exception"
    assert info(session)["exceptionId"].endswith("OSError")
    assert session.finish() == 0


def test_user_unhandled_ignores_what_my_code_catches(debug: Debug) -> None:
    assert started(debug, CAUGHT, "userUnhandled").finish() == 0


def test_raised_inside_a_library_and_caught_there_is_not_mine(debug: Debug) -> None:
    text = "import os\nprint(os.path.exists('/nowhere/at/all'))\nprint(getattr(object(), 'x', None))\n"
    assert started(debug, text, "raised").finish() == 0


def test_the_end_of_an_iteration_is_no_exception(debug: Debug) -> None:
    text = """
    def gen():
        yield 1
        return 2
    def outer():
        x = yield from gen()
        yield x
    print(list(outer()), [x for x in gen()], next(iter([]), 0))
    """
    assert started(debug, text, "raised").finish() == 0


def test_sys_exit_is_no_uncaught_exception(debug: Debug) -> None:
    assert started(debug, "import sys\nsys.exit(3)\n", "uncaught").finish() == 3


def test_condition(debug: Debug) -> None:
    session = started(debug, CAUGHT, options=[{"filterId": "raised", "condition": "x == 1"}])
    assert session.stop().reason == "exception"
    assert info(session)["description"] == "bad 1"
    assert session.finish() == 0


def test_filters_change_at_a_stop(debug: Debug) -> None:
    session = started(debug, CAUGHT, "raised")
    session.stop()
    session.client.request("setExceptionBreakpoints", filters=[])
    assert session.finish() == 0


def test_unknown_filter_is_refused(debug: Debug) -> None:
    session = debug.session()
    session.launch(program=str(debug.write("a = 1\n").path))
    assert "sometimes" in session.client.fails("setExceptionBreakpoints", filters=["sometimes"])


def test_chained_exceptions_are_whole(debug: Debug) -> None:
    text = """
    try:
        try:
            int("x")
        except ValueError as error:
            raise KeyError("second") from error
    except KeyError:
        raise OSError("third")  # @raise
    """
    session = started(debug, text, "uncaught")
    session.stop()
    details = info(session)["details"]
    names = []
    while details:
        names.append(details["typeName"])
        details = (details.get("innerException") or [None])[0]
    assert names == ["OSError", "KeyError", "ValueError"]
    assert session.finish() == 1
    assert session.client.output("stderr").count("Traceback (most recent call last)") == 3


def test_groups_are_whole(debug: Debug) -> None:
    text = 'raise ExceptionGroup("both", [ValueError("a"), ExceptionGroup("inner", [KeyError("b")])])\n'
    session = started(debug, text, "uncaught")
    session.stop()
    details = info(session)["details"]
    assert [inner["typeName"] for inner in details["innerException"]] == ["ValueError", "ExceptionGroup"]
    assert details["innerException"][1]["innerException"][0]["typeName"] == "KeyError"
    assert session.finish() == 1


def test_exception_info_elsewhere_is_refused(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\n")
    assert session.client.fails("exceptionInfo", threadId=session.at().thread)


def test_exception_whose_text_is_hostile(debug: Debug) -> None:
    text = """
    class Bad(Exception):
        def __str__(self):
            raise RuntimeError("in __str__")
        __repr__ = __str__
    try:
        raise Bad()  # @raise
    except Bad:
        pass
    """
    session = started(debug, text, "raised")
    session.stop()
    assert info(session)["exceptionId"].endswith("Bad")
    assert session.finish() == 0


def test_syntax_error_in_the_program(debug: Debug) -> None:
    session = debug.ran("a = = 1\n")
    assert "SyntaxError: invalid syntax" in session.client.output("stderr")
    assert session.client.output("stderr").startswith("  File ")
    assert session.client.events("exited") == [{"exitCode": 1}]
