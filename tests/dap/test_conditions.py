"""Conditions, hit conditions and log points."""

from __future__ import annotations

import pytest

from .client import Message
from .conftest import Debug
from .session import Session

COUNT = """
def main():
    for n in range(1, 9):
        x = n  # @body
main()
"""


def started(debug: Debug, text: str = COUNT, mark: str = "body", **extra: str) -> tuple[Session, Message]:
    """A session with one breakpoint that has a condition and so on; and the answer to it."""
    session = debug.session()
    session.program = program = debug.write(text)
    session.launch(program=str(program.path))
    (answer,) = session.breakpoints(program, (mark, dict(extra)))
    session.configured()
    return session, answer


def stops(session: Session, expression: str = "n") -> list[str]:
    """The value of an expression at each stop until the program ends."""
    values = []
    while session.client.either("stopped", "exited")[0] == "stopped":
        frame = session.client.request("stackTrace", threadId=1, startFrame=0, levels=1)["stackFrames"][0]
        values.append(session.client.request("evaluate", expression=expression, frameId=frame["id"], context="watch")["result"])
        session.client.request("continue", threadId=1)
    return values


@pytest.mark.parametrize(
    "condition",
    [
        "n == 3",
        "any(i == n for i in [3])",
        "(lambda: n == 3)()",
        "[i for i in range(n)] == [0, 1, 2]",
        "n == 3 and {k: n for k in 'ab'}['a'] == 3",
        " n == 3 ",
        "(m := n) == 3",
    ],
)
def test_condition(debug: Debug, condition: str) -> None:
    session, _ = started(debug, condition=condition)
    assert stops(session) == ["3"]


def test_condition_inside_a_generator_expression(debug: Debug) -> None:
    text = """
    def f(k):
        return sum(
            x * k  # @body
            for x in [1, 2, 3]
        )
    f(10)
    """
    session, _ = started(debug, text, condition="x == 2 and k == 10")
    assert stops(session, "x * k") == ["20"]


def test_condition_with_a_name_of_the_enclosing_function(debug: Debug) -> None:
    text = """
    def outer(limit):
        def inner(n):
            return n > limit  # @body
        return [inner(n) for n in range(4)]
    outer(1)
    """
    session, _ = started(debug, text, condition="n > limit")
    assert stops(session) == ["2", "3"]


def test_condition_that_raises_stops_and_says_so(debug: Debug) -> None:
    session, _ = started(debug, condition="missing > 1")
    stop = session.stop()
    assert stop.line == 3
    said = f"{stop.body.get('text')} {stop.body.get('description')}"
    assert "missing" in said, stop.body
    assert "NameError" in said


def test_condition_that_is_no_expression_is_refused_when_it_is_set(debug: Debug) -> None:
    session, answer = started(debug, condition="n ==")
    assert not answer["verified"]
    assert "n ==" in answer["message"] or "syntax" in answer["message"].lower()
    assert stops(session) == []


def test_condition_does_not_leave_names_behind(debug: Debug) -> None:
    text = "for n in range(3):\n    x = n  # @body\nprint(sorted(name for name in globals() if not name.startswith('__')))\n"
    session, _ = started(debug, text, condition="(found := n) == 7")
    session.finish()
    assert session.client.output("stdout") == "['n', 'x']\n"


@pytest.mark.parametrize(
    ("hit", "expected"),
    [
        ("5", "5"),
        ("==5", "5"),
        ("== 5", "5"),
        (">5", "678"),
        (">=5", "5678"),
        ("<5", "1234"),
        ("<=5", "12345"),
        ("%3", "36"),
    ],
)
def test_hit_condition(debug: Debug, hit: str, expected: str) -> None:
    session, _ = started(debug, hitCondition=hit)
    assert stops(session) == list(expected)


@pytest.mark.parametrize("hit", ["often", "5 6", "=>3", "%0", "-"])
def test_hit_condition_without_sense_is_refused_when_it_is_set(debug: Debug, hit: str) -> None:
    session, answer = started(debug, hitCondition=hit)
    assert not answer["verified"]
    assert hit in answer["message"]
    assert f"A breakpoint is not set: {answer['message']}\n" in session.client.output("stderr")
    assert stops(session) == []


def test_condition_and_hit_condition_count_the_hits_at_which_it_holds(debug: Debug) -> None:
    session, _ = started(debug, condition="n % 2 == 0", hitCondition="3")
    assert stops(session) == ["6"]


def test_log_point_writes_and_does_not_stop(debug: Debug) -> None:
    session, _ = started(debug, logMessage="n is {n}, twice {n * 2}")
    assert stops(session) == []
    assert session.client.output("console", "stdout").splitlines() == [f"n is {n}, twice {n * 2}" for n in range(1, 9)]


def test_log_point_says_where_it_stands(debug: Debug) -> None:
    session, _ = started(debug, logMessage="here {n}", hitCondition="1")
    session.finish()
    (body,) = [body for body in session.client.events("output") if body["output"].startswith("here 1")]
    assert body["line"] == 3
    assert body["source"]["path"].endswith("prog.py")


def test_log_point_with_condition(debug: Debug) -> None:
    session, _ = started(debug, condition="n > 6", logMessage="{n}")
    assert stops(session) == []
    assert session.client.output("console", "stdout").split() == ["7", "8"]


def test_log_point_that_raises_stops_and_says_so(debug: Debug) -> None:
    session, _ = started(debug, logMessage="value {missing} and {n}", hitCondition="1")
    stop = session.stop()
    assert stop.line == 3
    assert "NameError" in f"{stop.body.get('text')} {stop.body.get('description')}"
    assert f"{stop.body['text']}\n" in session.client.output("console")
    assert session.finish() == 0


@pytest.mark.parametrize("message", ["{n", "n}", "{n +}"])
def test_log_point_that_makes_no_sense_is_refused_when_it_is_set(debug: Debug, message: str) -> None:
    session, answer = started(debug, logMessage=message)
    assert not answer["verified"]
    assert answer["message"]
    assert stops(session) == []


def test_what_is_wrong_with_a_breakpoint_is_told_once(debug: Debug) -> None:
    session, answer = started(debug, "while True:  # @body\n    pass\n", condition="n ==")
    assert session.program
    for _ in range(2):
        session.breakpoints(session.program, ("body", {"condition": "n =="}))
    assert session.client.output("stderr") == f"A breakpoint is not set: {answer['message']}\n"


def test_log_point_with_a_generator_expression_and_braces(debug: Debug) -> None:
    session, _ = started(debug, logMessage="{sum(i for i in range(n))} {({'a': n})['a']}", hitCondition="4")
    stops(session)
    assert session.client.output("console", "stdout").strip() == "6 4"


def test_log_point_stands_on_a_line_of_its_own(debug: Debug) -> None:
    text = 'print("no newline", end="")\nx = 1  # @body\nprint(" and more")\n'
    session, _ = started(debug, text, logMessage="logged {x if 'x' in globals() else 0}")
    session.finish()
    assert "logged 0" in session.client.output("stdout", "stderr", "console").splitlines()


def test_conditions_of_two_breakpoints_are_apart(debug: Debug) -> None:
    session = debug.session()
    program = debug.write("def f(a):\n    x = a  # @one\n    y = a  # @two\nfor n in range(4):\n    f(n)\n")
    session.launch(program=str(program.path))
    session.breakpoints(program, ("one", {"condition": "a == 1"}), ("two", {"condition": "a == 2"}))
    session.configured()
    assert stops(session, "a") == ["1", "2"]


def test_hits_are_counted_anew_when_the_condition_changes(debug: Debug) -> None:
    session, _ = started(debug, hitCondition="2")
    session.stop()
    assert session.program
    session.breakpoints(session.program, ("body", {"hitCondition": ">=2", "condition": "n > 3"}))
    session.resume("continue")
    assert stops(session) == ["5", "6", "7", "8"]
