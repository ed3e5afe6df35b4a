"""The program reads what is typed into the console."""

from __future__ import annotations

import pytest

from .conftest import Debug
from .session import Session


def answer(session: Session, prompt: str, text: str) -> None:
    """Waits for the prompt and types a line."""
    session.client.event("output", lambda body: prompt in body["output"])
    session.client.request("evaluate", expression=text, context="repl")


def test_input(debug: Debug) -> None:
    session = debug.start("name = input('name? ')\nprint('hello', name)\n")
    answer(session, "name? ", "Ada")
    assert session.finish() == 0
    assert session.client.output("stdout").endswith("hello Ada\n")


def test_input_twice_and_readline(debug: Debug) -> None:
    session = debug.start(
        "import sys\na = input('a? ')\nb = input('b? ')\nprint('c? ', end='', flush=True)\nc = sys.stdin.readline()\nprint([a, b, c])\n"
    )
    answer(session, "a? ", "1 + 1")
    answer(session, "b? ", "")
    answer(session, "c? ", "é€")
    assert session.finish() == 0
    assert session.client.output("stdout").endswith("['1 + 1', '', 'é€\\n']\n")


def test_pause_while_input_is_awaited(debug: Debug) -> None:
    session = debug.start("name = input('name? ')  # @input\nprint('hello', name)\n")
    session.client.event("output", lambda body: "name? " in body["output"])
    session.client.request("pause", threadId=1)
    stop = session.stop()
    assert stop.reason == "pause"
    assert stop.line == 1
    assert session.value("1 + 1") == "2"
    session.resume("continue")
    session.client.request("evaluate", expression="Ada", context="repl")
    assert session.finish() == 0
    assert session.client.output("stdout").endswith("hello Ada\n")


def test_a_breakpoint_set_while_input_is_awaited(debug: Debug) -> None:
    session = debug.start("name = input('name? ')\na = 1  # @here\n")
    assert session.program
    session.client.event("output", lambda body: "name? " in body["output"])
    session.breakpoints(session.program, "here")
    session.client.request("evaluate", expression="Ada", context="repl")
    assert session.stop().line == 2
    assert session.value("name") == "'Ada'"


def test_step_over_input(debug: Debug) -> None:
    session = debug.stopped("name = input('name? ')  # @here!\na = 1  # @after\n")
    session.resume("next")
    answer(session, "name? ", "Ada")
    session.stop()
    assert session.where() == "after"


@pytest.mark.parametrize("end", ["terminate", "disconnect"])
def test_end_while_input_is_awaited(debug: Debug, end: str) -> None:
    session = debug.start("name = input('name? ')\n")
    session.client.event("output", lambda body: "name? " in body["output"])
    session.client.request(end)
    if end == "terminate":
        session.client.event("terminated")
