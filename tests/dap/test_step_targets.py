"""Stepping into one of several calls of a line."""

from __future__ import annotations

from .conftest import Debug

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
