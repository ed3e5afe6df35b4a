"""Where breakpoints are set, and what becomes of them."""

from __future__ import annotations

from .client import Message
from .conftest import Debug
from .session import Session

LOOP = """
import time
n = 0
print("running", flush=True)
while n < 100_000_000:
    n += 1  # @body
    time.sleep(0.001)
"""


def now(session: Session, breakpoint: Message) -> Message:
    """A breakpoint as the editor knows it: its answer, and what events said about it since."""
    known = dict(breakpoint)
    for event in session.client.events("breakpoint"):
        if event["breakpoint"].get("id") == known["id"]:
            known |= event["breakpoint"]
    return known


def test_verified_where_there_is_code(debug: Debug) -> None:
    session = debug.session()
    program = debug.write("a = 1\nb = 2  # @here\n")
    session.launch(program=str(program.path))
    (answer,) = session.breakpoints(program, "here")
    session.configured()
    stop = session.stop()
    assert stop.line == 2
    known = now(session, answer)
    assert known["verified"]
    assert known["line"] == 2
    assert stop.body["hitBreakpointIds"] == [answer["id"]]


def test_moved_to_the_next_line_with_code(debug: Debug) -> None:
    session = debug.session()
    program = debug.write(
        """
        a = 1

        # a comment  # @here
        b = 2  # @there
        c = 3
        """
    )
    session.launch(program=str(program.path))
    (answer,) = session.breakpoints(program, "here")
    session.configured()
    stop = session.stop()
    assert stop.line == program.line("there")
    assert now(session, answer)["line"] == program.line("there")
    assert now(session, answer)["verified"]


def test_in_a_docstring_moves_into_the_function(debug: Debug) -> None:
    session = debug.session()
    program = debug.write(
        '''
        def f():
            """Says
            nothing.
            """
            return 1  # @body
        f()
        '''
    )
    program.marks["here"] = 3  # inside of the docstring, where no comment can be
    session.launch(program=str(program.path))
    (answer,) = session.breakpoints(program, "here")
    session.configured()
    assert session.stop().line == program.line("body")
    assert now(session, answer)["line"] == program.line("body")


def test_behind_the_last_line_says_that_there_is_no_code(debug: Debug) -> None:
    session = debug.session()
    program = debug.write("a = 1\n\n# the end  # @here\n")
    session.launch(program=str(program.path))
    (answer,) = session.breakpoints(program, "here")
    session.configured()
    session.finish()
    known = now(session, answer)
    assert not known["verified"]
    assert known["message"]


def test_in_a_module_that_is_loaded_later(debug: Debug) -> None:
    session = debug.session()
    helper = debug.write("def f():\n    return 1  # @here\n", "helper.py")
    program = debug.write("a = 1\nimport helper\nhelper.f()\n")
    session.launch(program=str(program.path))
    (answer,) = session.breakpoints(helper, "here")
    session.configured()
    stop = session.stop()
    assert stop.frame["source"]["path"] == str(helper.path)
    assert stop.line == helper.line("here")
    assert now(session, answer)["verified"]


def test_on_the_first_line_of_a_module_that_is_loaded_later(debug: Debug) -> None:
    session = debug.session()
    helper = debug.write("x = 1  # @here\n", "helper.py")
    program = debug.write("import helper\n")
    session.launch(program=str(program.path))
    session.breakpoints(helper, "here")
    session.configured()
    assert session.stop().line == 1


def test_in_a_file_that_is_never_loaded_says_so(debug: Debug) -> None:
    session = debug.session()
    other = debug.write("x = 1  # @here\n", "other.py")
    program = debug.write("a = 1\n")
    session.launch(program=str(program.path))
    (answer,) = session.breakpoints(other, "here")
    session.configured()
    session.finish()
    known = now(session, answer)
    assert not known["verified"]
    assert "load" in known["message"]


def test_set_while_the_program_runs(debug: Debug) -> None:
    session = debug.start(LOOP)
    assert session.program
    session.client.event("output", lambda body: "running" in body["output"])
    (answer,) = session.breakpoints(session.program, "body")
    assert session.stop().line == session.program.line("body")
    assert now(session, answer)["verified"]


def test_set_while_a_tight_loop_runs(debug: Debug) -> None:
    session = debug.start(LOOP.replace("time.sleep(0.001)", "pass"))
    assert session.program
    session.client.event("output", lambda body: "running" in body["output"])
    session.breakpoints(session.program, "body")
    assert session.stop().line == session.program.line("body")


def test_removed_at_a_stop(debug: Debug) -> None:
    session = debug.stopped("for n in range(3):\n    x = n  # @body!\n")
    assert session.program
    assert session.breakpoints(session.program) == []
    assert session.finish() == 0


def test_replaced_at_a_stop(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @one!\nb = 2  # @two\nc = 3  # @three\n")
    assert session.program
    session.breakpoints(session.program, "three")
    assert session.program.names(session.go().line) == "three"


def test_several_in_one_file_are_answered_in_order(debug: Debug) -> None:
    session = debug.session()
    program = debug.write("a = 1  # @one\nb = 2  # @two\nc = 3  # @three\n")
    session.launch(program=str(program.path))
    answers = session.breakpoints(program, "three", "one", "two")
    session.configured()
    assert [session.stop().line, session.go().line, session.go().line] == [1, 2, 3]
    assert [now(session, answer)["line"] for answer in answers] == [3, 1, 2]
    assert len({answer["id"] for answer in answers}) == 3


def test_keeps_its_number_when_it_is_sent_again(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @one!\nb = 2  # @two\n")
    assert session.program
    first = session.breakpoints(session.program, "one", "two")
    again = session.breakpoints(session.program, "one", "two")
    assert [one["id"] for one in first] == [one["id"] for one in again]


def test_locations_are_the_lines_with_code(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\n\n# comment\nb = 2\ndef f():\n    return 1\n")
    assert session.program
    body = session.client.request("breakpointLocations", source={"path": str(session.program.path)}, line=1, endLine=6)
    assert sorted({location["line"] for location in body["breakpoints"]}) == [1, 4, 5, 6]


def test_in_a_nested_function_and_a_class(debug: Debug) -> None:
    session = debug.stopped(
        """
        class A:
            x = 1  # @class!
            def f(self):
                def g():
                    return 1  # @nested!
                return g()
        A().f()
        """
    )
    assert session.where() == "class"
    session.go()
    assert session.where() == "nested"


def test_on_a_decorated_function_stops_at_its_definition_once(debug: Debug) -> None:
    session = debug.stopped("def deco(f):\n    return f\n@deco\ndef f():  # @def!\n    return 1\nf()\nf()\n")
    assert session.where() == "def"
    assert session.finish() == 0


def test_in_code_without_a_file(debug: Debug) -> None:
    session = debug.session()
    session.launch(code="a = 1\nb = 2\nc = 3\n", stopOnEntry=True)
    session.configured()
    stop = session.stop()
    assert stop.reason == "entry"
    source = stop.frame["source"]
    assert source.get("sourceReference")
    assert session.client.request("source", source=source, sourceReference=source["sourceReference"])["content"] == "a = 1\nb = 2\nc = 3\n"
    body = session.client.request("setBreakpoints", source=source, breakpoints=[{"line": 3}])
    assert body["breakpoints"][0]["verified"]
    assert session.go().line == 3


def test_stop_on_entry(debug: Debug) -> None:
    session = debug.start('"""Doc."""\n\na = 1  # @first\n', stopOnEntry=True)
    stop = session.stop()
    assert stop.reason == "entry"
    assert stop.line in (1, 3)
    assert session.finish() == 0
