"""Watches, hovers, the console and completions."""

from __future__ import annotations

import pytest

from .client import DialogueError
from .conftest import Debug

PROGRAM = """
X = 1
class Box:
    def __init__(self):
        self.items = ["first", "second"]
    def get(self):
        return self
def f(n):
    box = Box()
    total = n * 2
    return total  # @here!
print(f(4), X)
"""


def test_watch(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    assert session.value("total + n") == "12"
    assert session.evaluate("box.items")["variablesReference"]
    assert session.evaluate("total")["type"] == "int"
    assert session.value("[i * n for i in range(2)]") == "[0, 4]"
    assert session.value("sum(total for _ in range(n))") == "32"
    assert session.value("(lambda: n)()") == "4"


def test_watch_that_fails_says_why(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    assert "NameError: name 'missing' is not defined" in session.refuses("missing")
    assert "ZeroDivisionError" in session.refuses("1 / 0")
    assert "SyntaxError" in session.refuses("1 +")
    assert "Traceback" not in session.refuses("1 / 0")


def test_children_of_a_result(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    result = session.evaluate("[{'a': [1]}]")
    first = session.children(result["variablesReference"], filter="indexed")[0]
    assert first["value"] == "{'a': [1]}"
    assert session.children(first["variablesReference"])[0]["value"] == "[1]"


def test_in_a_frame_further_up(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    module = session.frames()[-1]["id"]
    assert session.evaluate("X", frame=module)["result"] == "1"
    response = session.client.fails("evaluate", expression="total", context="watch", frameId=module)
    assert "NameError" in response


def test_hover(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    assert session.value("box.items[0]", "hover") == "'first'"


def test_console_statements_change_the_program(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    session.evaluate("total = 100", "repl")
    assert session.locals()["total"]["value"] == "100"
    session.finish()
    assert session.client.output("stdout") == "100 1\n"


@pytest.mark.parametrize(
    ("statement", "printed"),
    [
        ("global X; X = 9", "8 9"),
        ("total += 1", "9 1"),
        ("total, X = 5, 6", "5 1"),
        ("for total in range(3): pass", "2 1"),
        ("if n == 4:\n    total = 7", "7 1"),
        ("import math as total; total = total.floor(2.5)", "2 1"),
        ("box.items.clear(); total = len(box.items)", "0 1"),
        ("def total(): return 1\ntotal = total()", "1 1"),
        ("[total := i for i in (1, 2)]", "2 1"),
        ("import __main__; __main__.X = 3", "8 3"),
        ("total = [total for _ in (1,)][0] + 1", "9 1"),
    ],
)
def test_console_statement(debug: Debug, statement: str, printed: str) -> None:
    session = debug.stopped(PROGRAM)
    session.evaluate(statement, "repl")
    session.finish()
    assert session.client.output("stdout") == printed + "\n"


def test_console_names_stay_from_one_line_to_the_next(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    session.evaluate("fresh = 3", "repl")
    assert session.value("fresh + 1", "repl") == "4"


def test_console_shows_result_and_output(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    assert session.value("print('said') or 'result'", "repl") == "'result'"
    session.client.until(lambda: "said\n" in session.client.output("stdout", "console"), "the output")


def test_console_without_a_frame_sees_the_programs_globals(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    assert session.client.request("evaluate", expression="X", context="repl")["result"] == "1"
    session.client.request("evaluate", expression="X = 5", context="repl")
    session.finish()
    assert session.client.output("stdout") == "8 5\n"


@pytest.mark.parametrize("expression", ["import sys; sys.exit()", "exit()", "raise SystemExit(3)", "raise KeyboardInterrupt"])
def test_leaving_in_the_console_is_answered(debug: Debug, expression: str) -> None:
    session = debug.stopped(PROGRAM)
    response = session.client.response(session.client.send("evaluate", expression=expression, context="repl", frameId=session.at().id))
    if response["success"]:
        session.client.event("terminated")
    else:
        assert session.locals()["total"]["value"] == "8"
        assert session.finish() == 0


def test_endless_watch_ends_and_the_program_is_unharmed(debug: Debug) -> None:
    session = debug.stopped(PROGRAM + "def forever():\n    while True:\n        pass\n")
    session.client.timeout = 10
    assert session.refuses("[0 for _ in iter(int, 1)]")
    assert session.value("total") == "8"
    assert session.finish() == 0


def test_endless_console_line_is_cancelled(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    request = session.client.send("evaluate", expression="while True: pass", context="repl", frameId=session.at().id)
    with pytest.raises(DialogueError):
        session.client.response(request, timeout=0.2)
    session.client.request("cancel", requestId=request)
    assert not session.client.response(request)["success"]
    assert session.value("total") == "8"
    assert session.finish() == 0


def test_clipboard_is_whole(debug: Debug) -> None:
    session = debug.stopped("numbers = list(range(5000))\ntext = 'ab' * 50_000\nnested = [[['x' * 3000]]]\na = 1  # @here!\n")
    assert session.value("numbers", "clipboard") == repr(list(range(5000)))
    assert session.value("text", "clipboard").strip("'") == "ab" * 50_000
    assert session.value("nested", "clipboard") == repr([[["x" * 3000]]])
    assert len(session.value("text")) < 50_000


def test_many_requests_at_once_are_answered_in_order(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    sent = [session.client.send("evaluate", expression=f"total + {n}", context="watch", frameId=session.at().id) for n in range(30)]
    assert [session.client.response(seq)["body"]["result"] for seq in sent] == [str(8 + n) for n in range(30)]
    answered = [e.message["request_seq"] for e in session.client.log if not e.outgoing and e.message["type"] == "response"]
    assert answered[-30:] == sent


def test_while_the_program_runs_it_is_refused(debug: Debug) -> None:
    session = debug.start("print('on', flush=True)\nwhile True:\n    pass\n")
    session.client.event("output", lambda body: "on" in body["output"])
    assert "running" in session.client.fails("evaluate", expression="1 + 1", context="watch")


def labels(session_labels: list[dict[str, object]]) -> set[str]:
    return {str(item.get("text") or item["label"]) for item in session_labels}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tot", "total"),
        ("X", "X"),
        ("prin", "print"),
        ("box.", "items"),
        ("box.it", "items"),
        ("box.items[0].up", "upper"),
        ("box.get().it", "items"),
        ("f(1).bit", "bit_length"),
        ("'a'.jo", "join"),
        ("[].app", "append"),
        ("{}.ke", "keys"),
        ("x = box.ge", "get"),
        ("print(box.ge", "get"),
        ("whi", "while"),
    ],
)
def test_completion(debug: Debug, text: str, expected: str) -> None:
    session = debug.stopped(PROGRAM)
    items = session.client.request("completions", frameId=session.at().id, text=text, column=len(text) + 1)["targets"]
    assert any(label.rstrip("(") == expected for label in labels(items)), labels(items)


def test_completion_in_the_middle_says_what_it_replaces(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    items = session.client.request("completions", frameId=session.at().id, text="box.it + 1", column=7)["targets"]
    (item,) = [item for item in items if "items" in item["label"]]
    assert item.get("length", 2) == 2
    assert item.get("start", 4) in (4, 5)


def test_completion_in_vs_code_leaves_out_where_it_begins(debug: Debug) -> None:
    session = debug.session()
    session.initialize(clientID="vscode")
    session.start(debug.write(PROGRAM))
    session.stop()
    items = session.client.request("completions", frameId=session.at().id, text="box.it", column=7)["targets"]
    (item,) = [item for item in items if "items" in item["label"]]
    assert item["length"] == 2
    assert "start" not in item
