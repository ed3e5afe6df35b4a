"""Stepping into one of several calls of a line."""

from __future__ import annotations

from .conftest import Debug
from .session import Session

PROGRAM = """
def a():
    return 1  # @a
def b(x):
    return x  # @b
def c(x, y):
    return y  # @c
r = c(a(), b(2))  # @call!
s = r  # @after
"""


def test_targets_are_the_calls_of_the_line(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    targets = session.client.request("stepInTargets", frameId=session.at().id)["targets"]
    assert [target["label"].partition("(")[0] for target in targets] == ["a", "b", "c"]


def test_into_a_target(debug: Debug) -> None:
    for name in ("a", "b", "c"):
        session = debug.stopped(PROGRAM)
        targets = session.client.request("stepInTargets", frameId=session.at().id)["targets"]
        (target,) = [target["id"] for target in targets if target["label"].partition("(")[0] == name]
        session.resume("stepIn", targetId=target)
        session.stop()
        assert session.where() == name
        session.out()
        assert session.where() == "call"


EFFECTS = """
from sandstep.effects import *

class A(Effect[int]):
    pass

def inner(effect: A, k):
    yield Pass()  # @inner

def outer(effect: A, k):
    return (yield Resume(k, 1))  # @outer

def never(effect: Ask, k):
    return (yield Resume(k, 1))  # @never

def answer(effect):
    return 2  # @answer

@do
def body():
    a = yield A()  # @perform!
    return a  # @after

a = Answerer("answerer", (A,), answer)
run(WithHandler(a, WithHandler(outer, WithHandler(never, WithHandler(inner, body())))))
"""


def targets(session: Session) -> dict[str, int]:
    found = session.client.request("stepInTargets", frameId=session.at().id)["targets"]
    return {target["label"]: target["id"] for target in found}


def test_handlers_in_force_are_targets(debug: Debug) -> None:
    session = debug.stopped(EFFECTS)
    assert list(targets(session)) == ["A()", "handler inner", "handler never", "handler outer", "handler answerer"]


def test_into_a_handler_that_is_asked(debug: Debug) -> None:
    for name in ("inner", "outer"):
        session = debug.stopped(EFFECTS)
        session.resume("stepIn", targetId=targets(session)[f"handler {name}"])
        assert (session.stop().reason, session.where()) == ("step", name)


def test_a_handler_that_is_not_asked_is_stepped_over(debug: Debug) -> None:
    session = debug.stopped(EFFECTS)
    session.resume("stepIn", targetId=targets(session)["handler never"])
    assert (session.stop().reason, session.where()) == ("step", "after")


def test_into_a_handler_without_a_generator(debug: Debug) -> None:
    session = debug.stopped(EFFECTS.replace("yield Resume(k, 1))  # @outer", "yield Pass())  # @outer"))
    session.resume("stepIn", targetId=targets(session)["handler answerer"])
    assert (session.stop().reason, session.where()) == ("step", "answer")


def test_no_handlers_where_nothing_is_performed(debug: Debug) -> None:
    session = debug.stopped(EFFECTS.replace("# @perform!", "").replace("# @after", "# @after!"))
    assert targets(session) == {}


def test_a_target_that_does_not_exist_is_refused(debug: Debug) -> None:
    session = debug.stopped(EFFECTS)
    assert "no such" in session.client.fails("stepIn", threadId=session.at().thread, targetId=99)
