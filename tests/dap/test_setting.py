"""Changing values at a stop."""

from __future__ import annotations

import pytest

from .conftest import Debug

PROGRAM = """
X = 1
class Point:
    __slots__ = ("x",)
    def __init__(self):
        self.x = 1
    @property
    def fixed(self):
        return 7
def f(n):
    items = [1, 2]
    names = {"a": 1}
    pair = (1, 2)
    point = Point()
    def inner():
        return n
    result = 0  # @here!
    return [n, items, names, pair, point.x, inner(), X]
print(f(4))
"""


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("n", "5", "[5, [1, 2], {'a': 1}, (1, 2), 1, 5, 1]"),
        ("n", "n + len(items)", "[6, [1, 2], {'a': 1}, (1, 2), 1, 6, 1]"),
        ("items", "[]", "[4, [], {'a': 1}, (1, 2), 1, 4, 1]"),
        ("pair", "None", "[4, [1, 2], {'a': 1}, None, 1, 4, 1]"),
    ],
)
def test_local(debug: Debug, name: str, value: str, printed: str) -> None:
    session = debug.stopped(PROGRAM)
    body = session.client.request("setVariable", variablesReference=session.scope(), name=name, value=value)
    assert body["value"] == session.locals()[name]["value"]
    session.finish()
    assert session.client.output("stdout") == printed + "\n"


@pytest.mark.parametrize(
    ("container", "index", "expression"), [("items", 0, "items[0]"), ("names", 0, "names['a']"), ("point", 0, "point.x")]
)
def test_member(debug: Debug, container: str, index: int, expression: str) -> None:
    session = debug.stopped(PROGRAM)
    reference = session.locals()[container]["variablesReference"]
    child = session.children(reference)[index]
    assert session.client.request("setVariable", variablesReference=reference, name=child["name"], value="9")["value"] == "9"
    assert session.value(expression) == "9"
    assert session.children(reference)[index]["value"] == "9"


def test_global(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    session.client.request("setVariable", variablesReference=session.scope("Globals"), name="X", value="8")
    session.finish()
    assert session.client.output("stdout").endswith(", 8]\n")


@pytest.mark.parametrize(
    ("container", "name", "value", "error"),
    [
        ("pair", None, "9", "'tuple' object does not support item assignment"),
        ("items", None, "1 / 0", "ZeroDivisionError"),
        ("items", None, "1 +", "SyntaxError"),
        ("items", "nowhere", "1", "nowhere"),
    ],
)
def test_what_python_refuses_is_refused(debug: Debug, container: str, name: str | None, value: str, error: str) -> None:
    session = debug.stopped(PROGRAM)
    reference = session.locals()[container]["variablesReference"]
    child = name or session.children(reference)[0]["name"]
    assert error in session.client.fails("setVariable", variablesReference=reference, name=child, value=value)
    assert session.children(reference)[0]["value"] == "1"


@pytest.mark.parametrize(
    ("expression", "value", "shown"), [("n", "6", "6"), ("items[1]", "n", "4"), ("names['b']", "[1]", "[1]"), ("point.x", "'s'", "'s'")]
)
def test_expression(debug: Debug, expression: str, value: str, shown: str) -> None:
    session = debug.stopped(PROGRAM)
    body = session.client.request("setExpression", expression=expression, value=value, frameId=session.at().id)
    assert body["value"] == shown
    assert session.value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "error"),
    [("pair[0]", "TypeError"), ("point.fixed", "AttributeError"), ("n + 1", "assign"), ("f()", "assign"), ("items[9]", "IndexError")],
)
def test_expression_that_python_refuses(debug: Debug, expression: str, error: str) -> None:
    session = debug.stopped(PROGRAM)
    assert error in session.client.fails("setExpression", expression=expression, value="1", frameId=session.at().id)


def test_in_a_frame_further_up(debug: Debug) -> None:
    session = debug.stopped("def outer():\n    n = 1\n    inner()\n    return n\ndef inner():\n    return 0  # @here!\nprint(outer())\n")
    frame = session.frames()[1]["id"]
    session.client.request("setVariable", variablesReference=session.scope("Locals", frame), name="n", value="5")
    session.finish()
    assert session.client.output("stdout") == "5\n"


def test_a_value_that_does_not_change_the_type_of_the_handle(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    body = session.client.request("setVariable", variablesReference=session.scope(), name="n", value="[7, 8]")
    assert body["variablesReference"]
    assert [child["value"] for child in session.children(body["variablesReference"], filter="indexed")] == ["7", "8"]
