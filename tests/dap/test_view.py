"""The program sees what it would see without a debugger."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .conftest import Debug
from .peers import SANDSTEP, sandstep_command

PROGRAM = """
import sys, threading, traceback
import helper
print(__name__, __package__, __spec__, __doc__, __file__ == sys.argv[0])
print(sorted(name for name in globals() if name != "__annotations__"))
print(sys.argv[1:], sys.path[0] == __file__.rpartition("/")[0])
print(sys.modules["__main__"].__dict__ is globals())
print([thread.name for thread in threading.enumerate()])
print(sys.gettrace(), sys.getprofile())
print(sorted(name for name in sys.modules if "agent" in name or "sandstep" in name or "debug" in name))
print(sorted(name for name in vars(helper) if not name.startswith("__")))
print(type(sys.stdout).__name__, sys.stdout.encoding, sys.flags.optimize, sys.displayhook is sys.__displayhook__)
print(sys.excepthook is sys.__excepthook__, sys.getrecursionlimit())
def f():
    try:
        1 / 0
    except ZeroDivisionError:
        return traceback.format_exc()
print(f().replace(__file__, "FILE"))
print(vars(__builtins__) is vars(__import__("builtins")), hasattr(__builtins__, "exit"))
print("last", file=sys.stderr)
"""


def expected(debug: Debug) -> str:
    program = debug.write(PROGRAM)
    debug.write("x = 1\n", "helper.py")
    result = subprocess.run((sys.executable, program.path, "a", "b c"), capture_output=True, text=True, timeout=60, check=True)
    return result.stdout


def test_debugged_as_undebugged(debug: Debug) -> None:
    wanted = expected(debug)
    session = debug.ran(PROGRAM, args=["a", "b c"])
    assert session.client.output("stdout").splitlines() == wanted.splitlines()


def test_with_a_breakpoint_and_a_step_as_undebugged(debug: Debug) -> None:
    wanted = expected(debug)
    session = debug.stopped(PROGRAM.replace("import helper\n", "import helper  # @here!\n"), args=["a", "b c"])
    session.over()
    session.locals()
    session.value("len(sys.argv)")
    session.finish()
    assert session.client.output("stdout").splitlines() == wanted.splitlines()


def test_run_as_python(debug: Debug) -> None:
    wanted = expected(debug)
    program = debug.write(PROGRAM)
    command = sandstep_command("run", str(program.path), "a", "b c")
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **SANDSTEP.environment}, check=True)
    assert result.stdout.splitlines() == wanted.splitlines()
    assert result.stderr == "last\n"


@pytest.mark.xfail(reason="the component's entry calls the program from Python: two frames of ours are below it")
def test_no_foreign_frame_is_below_the_program(debug: Debug) -> None:
    assert debug.ran("import sys, inspect\nprint(len(inspect.stack()), sys._getframe().f_back)\n").client.output("stdout") == "1 None\n"


def test_no_foreign_name_is_in_the_main_module(debug: Debug) -> None:
    assert debug.ran("print([n for n in dir() if not n.startswith('__')])\n").client.output("stdout") == "[]\n"


def test_the_last_traceback_is_as_python_prints_it(debug: Debug) -> None:
    text = "def f(n):\n    return g(n)\ndef g(n):\n    raise KeyError(n) from ValueError('x')\nf(1)\n"
    program = debug.write(text)
    session = debug.ran(text)
    shown = session.client.output("stderr")
    assert shown.count(f'File "{program.path}"') == 3
    assert shown.count("  File ") == 3
    assert "The above exception was the direct cause" in shown
