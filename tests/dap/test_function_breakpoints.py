"""Breakpoints on functions, by name."""

from __future__ import annotations

import pytest

from .client import Message
from .conftest import Debug
from .session import Session

PROGRAM = """
import helper

def plain(x):
    return x  # @plain

class Shop:
    def sell(self, n):
        return n  # @method

    @staticmethod
    def close():
        return 0  # @static

def outer():
    def inner():
        return 1  # @inner
    return inner()

plain(1)
Shop().sell(2)
Shop.close()
outer()
helper.lend(3)
"""


def started(debug: Debug, *functions: Message) -> tuple[Session, list[Message]]:
    session = debug.session()
    debug.write("def lend(n):\n    return n  # @lend\n", "helper.py")
    session.program = program = debug.write(PROGRAM)
    session.launch(program=str(program.path))
    answers = session.client.request("setFunctionBreakpoints", breakpoints=list(functions))["breakpoints"]
    session.configured()
    return session, answers


@pytest.mark.parametrize(
    ("name", "mark"),
    [("plain", "plain"), ("Shop.sell", "method"), ("Shop.close", "static"), ("__main__.plain", "plain"), ("outer.<locals>.inner", "inner")],
)
def test_by_name(debug: Debug, name: str, mark: str) -> None:
    session, _ = started(debug, {"name": name})
    stop = session.stop()
    assert session.where() == mark
    assert stop.reason == "function breakpoint"
    assert session.finish() == 0


def test_in_a_module_that_is_loaded_later(debug: Debug) -> None:
    session, _ = started(debug, {"name": "helper.lend"})
    stop = session.stop()
    assert stop.frame["name"] == "lend"
    assert stop.line == 2


def test_with_a_condition_on_its_arguments(debug: Debug) -> None:
    session, _ = started(debug, {"name": "plain", "condition": "x == 2"}, {"name": "Shop.sell", "condition": "n == 2"})
    session.stop()
    assert session.where() == "method"
    assert session.finish() == 0


def test_of_a_function_that_never_comes(debug: Debug) -> None:
    session, (answer,) = started(debug, {"name": "nowhere"})
    assert session.finish() == 0
    assert not answer["verified"]
    assert answer["message"]


def test_removed(debug: Debug) -> None:
    session, _ = started(debug, {"name": "plain"}, {"name": "Shop.sell"})
    session.stop()
    assert session.client.request("setFunctionBreakpoints", breakpoints=[])["breakpoints"] == []
    assert session.finish() == 0
