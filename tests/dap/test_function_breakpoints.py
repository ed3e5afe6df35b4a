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


EFFECTS = """
import functools
from sandstep.effects import *

class Question(Effect):
    def __init__(self, word):
        self.word = word

def cache(effect: Question, k):
    length = len(effect.word)  # @cache
    return (yield Resume(k, length))

class Counts:
    seen = 0
    def __call__(self, effect, k):
        self.seen += 1  # @counts
        return (yield Pass())

def plain(effect: Question, k):
    return Pass()  # @plain

def guess(store, effect: Ask, k):
    return (yield Resume(k, store))  # @guess

@do
def main():
    yield Put("n", 1)  # @put
    yield Question("one")  # @one
    yield Question("three")  # @three
    return (yield Ask("n"))  # @ask

program = with_handlers([state_of(), cache, plain, functools.partial(guess, 5), Counts()], main())
print(run(program, handlers=[]))
"""


def said(debug: Debug, *functions: Message) -> tuple[list[tuple[str, str]], list[Message]]:
    """What each stop says and where it is, and what was answered to the request."""
    session = debug.session()
    session.program = program = debug.write(EFFECTS)
    session.launch(program=str(program.path))
    answers = session.client.request("setFunctionBreakpoints", breakpoints=list(functions))["breakpoints"]
    session.configured()
    found: list[tuple[str, str]] = []
    while (event := session.client.either("stopped", "exited"))[0] == "stopped":
        assert event[1]["reason"] == "function breakpoint"
        assert event[1]["hitBreakpointIds"] == [answers[0]["id"]]
        session.client.pending.insert(0, {"event": "stopped", "body": event[1]})
        stop = session.stop()
        found.append((str(stop.body.get("description", "")), session.where()))
        session.resume("continue")
    assert event[1]["exitCode"] == 0, session.client.output("stderr")
    return found, answers


QUESTIONS = [("effect Question('one')", "one"), ("effect Question('three')", "three")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("effect:Question", QUESTIONS),
        ("effect:__main__.Question", QUESTIONS),
        ("effect: Put", [("effect Put('n', 1)", "put")]),
        ("effect:sandstep.effects.library.reader.Ask", [("effect Ask('n')", "ask")]),
        ("effect:Nothing", []),
        ("handler:cache", [("handler cache takes Question('one')", "cache"), ("handler cache takes Question('three')", "cache")]),
        ("handler:__main__.cache", [("handler cache takes Question('one')", "cache"), ("handler cache takes Question('three')", "cache")]),
        ("handler:state", [("handler state takes Put('n', 1)", "put")]),
        ("handler:guess", [("handler guess takes Ask('n')", "guess")]),
        ("handler:plain", [("handler plain takes Question('one')", "plain"), ("handler plain takes Question('three')", "plain")]),
        ("handler:main", []),
    ],
)
def test_on_effects_and_handlers(debug: Debug, name: str, expected: list[tuple[str, str]]) -> None:
    assert said(debug, {"name": name})[0] == expected


def test_on_a_handler_that_is_an_object(debug: Debug) -> None:
    found, _ = said(debug, {"name": "handler:Counts"})
    assert [where for _, where in found] == ["counts"] * 4


@pytest.mark.parametrize("name", ["effect:Question", "handler:cache"])
@pytest.mark.parametrize(
    ("extra", "count"),
    [
        ({"condition": "effect.word == 'three'"}, 1),
        ({"condition": "len(effect.word) > 10"}, 0),
        ({"hitCondition": "2"}, 1),
        ({"condition": "effect.word", "hitCondition": ">=1"}, 2),
    ],
)
def test_conditions_on_effects_and_handlers(debug: Debug, name: str, extra: Message, count: int) -> None:
    assert len(said(debug, {"name": name, **extra})[0]) == count


def test_a_condition_on_an_effect_that_raises_stops_and_says_so(debug: Debug) -> None:
    session = debug.session()
    session.launch(program=str(debug.write(EFFECTS).path))
    session.client.request("setFunctionBreakpoints", breakpoints=[{"name": "effect:Ask", "condition": "nothing"}])
    session.configured()
    assert "NameError" in session.stop().body["text"]
    assert session.finish() == 0


def test_whether_effects_and_handlers_are_there_is_told(debug: Debug) -> None:
    names = ("effect:Put", "effect:Question", "handler:cache", "handler:nobody", "effect:", "other:thing", "handler:a b")
    session = debug.session()
    session.launch(program=str(debug.write(EFFECTS).path))
    answers = session.client.request("setFunctionBreakpoints", breakpoints=[{"name": name} for name in names])["breakpoints"]
    ids = {answer["id"]: name for answer, name in zip(answers, names, strict=True)}
    assert [answer["verified"] for answer in answers] == [True, *[False] * 6]
    assert [answer.get("reason") for answer in answers] == [None, *["pending"] * 3, *["failed"] * 3]
    assert all("effect:Type" in answer["message"] for answer in answers[4:])
    session.configured()
    while session.client.either("stopped", "exited")[0] == "stopped":
        session.client.request("continue", threadId=1)
    verified = {ids[event["breakpoint"]["id"]] for event in session.client.events("breakpoint") if event["breakpoint"]["verified"]}
    assert verified == {"effect:Question", "handler:cache"}
