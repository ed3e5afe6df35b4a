"""Whole sessions, word for word."""

from __future__ import annotations

import json
import shutil

import pytest

from . import golden
from .conftest import Debug
from .peers import ROOT
from .program import read
from .session import Session


def orders(session: Session, debug: Debug) -> None:
    """The demo's session: a breakpoint in another module, then a condition that finds the order with the bug."""
    for name in ("orders.py", "pricing.py"):
        shutil.copy(ROOT / "examples" / name, debug.folder / name)
    pricing = read(debug.folder / "pricing.py")
    line = next(number for number, text in enumerate(pricing.path.read_text().splitlines(), 1) if "after = before" in text)
    source = {"path": str(pricing.path)}
    session.launch(program=str(debug.folder / "orders.py"))
    session.client.request("setBreakpoints", source=source, breakpoints=[{"line": line, "condition": "percent > 30"}])
    session.configured()
    session.stop()
    session.frames()
    order = session.locals()["order"]
    session.children(order["variablesReference"])
    session.value("order.coupons")
    session.over()
    session.locals()
    session.client.request("setBreakpoints", source=source, breakpoints=[])
    session.finish()
    session.disconnect()


def caught(session: Session, debug: Debug) -> None:
    """An exception: where it was raised, what it says, and the end of the program."""
    program = debug.write("def f(x):\n    raise ValueError(f'bad {x}') from KeyError('cause')\nf(7)\n")
    session.launch(program=str(program.path))
    session.client.request("setExceptionBreakpoints", filters=["uncaught"])
    session.configured()
    session.stop()
    session.client.request("exceptionInfo", threadId=session.at().thread)
    session.locals()
    session.finish()
    session.disconnect()


def breakpoints(session: Session, debug: Debug) -> None:
    """A log point, a hit condition, a breakpoint that moves, one that cannot be, and output between."""
    program = debug.write("for n in range(4):\n    x = n  # @log\n    print(x)  # @hit\n\ny = x\n\n# the end\n")
    program.marks.update(moved=4, none=7)
    session.launch(program=str(program.path))
    session.breakpoints(program, ("log", {"logMessage": "n is {n}"}), ("hit", {"hitCondition": "%2"}), "moved", "none")
    session.configured()
    session.stop()
    session.go()
    session.go()
    session.finish()
    session.disconnect()


def refused(session: Session, debug: Debug) -> None:
    """What is answered to what cannot be done."""
    program = debug.write("a = (1, 2)  # @first\nb = a  # @here\n")
    session.launch(program=str(program.path))
    session.breakpoints(program, ("here", {"condition": "1 +"}), "here")
    session.configured()
    session.stop()
    client = session.client
    client.fails("setVariable", variablesReference=session.locals()["a"]["variablesReference"], name="0", value="5")
    client.fails("evaluate", expression="missing", context="watch", frameId=session.at().id)
    client.fails("setExpression", expression="a[0]", value="1", frameId=session.at().id)
    client.fails("variables", variablesReference=999_999)
    client.fails("scopes", frameId=999_999)
    client.fails("stackTrace", threadId="one")
    client.fails("makeCoffee")
    client.fails("exceptionInfo", threadId=session.at().thread)
    session.finish()
    session.disconnect()


SESSIONS = {"orders": orders, "exception": caught, "breakpoints": breakpoints, "refused": refused}


@pytest.mark.parametrize("name", SESSIONS)
def test_transcript(debug: Debug, name: str) -> None:
    session = debug.session()
    SESSIONS[name](session, debug)
    golden.check(name, golden.transcript(session.client.log, {str(debug.folder): "<folder>", str(ROOT): "<root>"}))


def test_capabilities(debug: Debug) -> None:
    """What `initialize` answers, one capability a line."""
    body = debug.session().initialize()
    golden.check("capabilities", "".join(f"{name}: {json.dumps(value, sort_keys=True)}\n" for name, value in sorted(body.items())))
