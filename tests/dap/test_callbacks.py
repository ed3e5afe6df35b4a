"""The launch attribute `callbacks`: a debugged program calls the host, and can be looked at while it waits."""

from __future__ import annotations

import pytest

from .conftest import Debug
from .session import Session

CALLBACKS = """
import pathlib, threading
from sandstep.sandbox import callback

HERE = pathlib.Path(__file__).parent

@callback
def add(a: int, b: int = 2) -> int:
    print("adds", a)
    with open(HERE / "calls", "a") as calls: calls.write("x")
    return a + b

@callback
def never() -> None:
    (HERE / "begun").write_text("")
    threading.Event().wait()

@callback
def fails() -> None:
    raise PermissionError("not you")
"""
NEVER = "import asyncio\nn = 7\nprint('on', flush=True)\n{}\n"


def started(debug: Debug, text: str) -> Session:
    callbacks = debug.write(CALLBACKS, "callbacks.py")
    return debug.start(text, callbacks=str(callbacks.path))


def test_steps_over_a_call(debug: Debug) -> None:
    session = started(debug, "a = 1  # @here!\nx = await add(a)\ny = x + 1\nprint(x, y)\n")
    session.stop()
    assert [session.over().line for _ in range(2)] == [2, 3]
    assert session.value("x") == "3"
    assert [frame["name"] for frame in session.frames()] == ["<module>"]
    session.resume("continue")
    session.finish()
    assert session.client.output("stdout") == "3 4\n"
    assert "adds 1\n" in session.client.output("console")


@pytest.mark.parametrize("call", ["await never()", "invoke.blocking('never')", "await asyncio.gather(never(), never())"])
def test_paused_while_the_program_waits_for_an_answer(debug: Debug, call: str) -> None:
    session = started(debug, NEVER.format(call))
    session.client.event("output", lambda body: "on" in body["output"])
    for _ in range(2):
        session.client.request("pause", threadId=1)
        assert session.stop(timeout=10).reason == "pause"
        assert session.value("1 + 1") == "2"
        session.resume("continue")
    session.client.request("terminate")
    session.client.event("terminated", timeout=10)


def test_a_look_does_not_call_and_the_console_does(debug: Debug) -> None:
    session = started(debug, "a = 1\nb = 2  # @here!\nprint(await add(a))\n")
    session.stop()
    calls = debug.folder / "calls"
    assert "a copy of the program" in session.refuses("invoke.blocking('add', a=5)")
    assert not calls.exists()
    assert session.value("invoke.blocking('add', a=5)", "repl") == "7"
    assert calls.read_text() == "x"
    session.resume("continue")
    session.finish()
    assert session.client.output("stdout") == "3\n"


def test_an_error_of_the_host_stops_the_debugger(debug: Debug) -> None:
    callbacks = debug.write(CALLBACKS, "callbacks.py")
    program = debug.write("async def f():\n    await fails()\nawait f()\n")
    session = debug.session()
    session.program = program
    session.launch(program=str(program.path), cwd=str(program.path.parent), callbacks=callbacks.path.name)
    session.client.request("setExceptionBreakpoints", filters=["uncaught"])
    session.configured()
    assert session.stop().reason == "exception"
    assert [(frame["name"], frame["line"]) for frame in session.frames()] == [("f", 2), ("<module>", 3)]


def test_restarts_with_a_fresh_process(debug: Debug) -> None:
    session = started(debug, "x = await add(1)  # @here!\ny = 1\n")
    session.stop()
    session.client.request("restart")
    session.stop()
    assert session.over().line == 2
    assert session.value("x") == "3"


@pytest.mark.parametrize(
    ("text", "says"),
    [("x = 1 / 0", "ZeroDivisionError"), ("x = 1", "offers nothing"), (None, "There is no file")],
)
def test_a_broken_file_refuses_the_launch(debug: Debug, text: str | None, says: str) -> None:
    program = debug.write("print('never')")
    path = debug.folder / "broken.py" if text is None else debug.write(text, "broken.py").path
    session = debug.session()
    session.initialize()
    refused = session.client.fails("launch", program=str(program.path), callbacks=str(path))
    assert "the launch attribute `callbacks`" in refused
    assert says in refused
