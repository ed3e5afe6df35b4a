"""Stepping through the modules of the program."""

from __future__ import annotations

from .conftest import Debug
from .session import source_name

HELPER = "x = 1\ndef f(n):\n    return n + x\n"


def test_over_an_import(debug: Debug) -> None:
    debug.write(HELPER, "helper.py")
    session = debug.stopped("import helper  # @here!\na = helper.f(1)  # @after\n")
    session.over()
    assert session.where() == "after"


def test_into_an_import_and_out(debug: Debug) -> None:
    debug.write(HELPER, "helper.py")
    session = debug.stopped("import helper  # @here!\na = helper.f(1)  # @after\n")
    stop = session.into()
    assert (source_name(stop.frame), stop.line) == ("helper.py", 1)
    assert [frame["name"] for frame in session.frames() if frame.get("presentationHint") != "subtle"] == ["<module>", "<module>"]
    stop = session.out()
    assert (source_name(stop.frame), session.where()) == ("prog.py", "here")
    session.over()
    assert session.where() == "after"


def test_a_step_that_a_breakpoint_in_the_import_interrupts(debug: Debug) -> None:
    session = debug.session()
    helper = debug.write(HELPER, "helper.py")
    session.program = program = debug.write("import helper  # @here\na = helper.f(1)  # @after\n")
    session.launch(program=str(program.path))
    session.client.request("setBreakpoints", source={"path": str(helper.path)}, breakpoints=[{"line": 1}])
    session.breakpoints(program, "here")
    session.configured()
    session.stop()
    assert source_name(session.over().frame) == "helper.py"
    assert session.go().reason == "step"
    assert session.where() == "after"


def test_into_a_function_of_another_module(debug: Debug) -> None:
    debug.write(HELPER, "helper.py")
    session = debug.stopped("import helper\na = helper.f(1)  # @here!\nb = a\n")
    stop = session.into()
    assert (source_name(stop.frame), stop.line) == ("helper.py", 3)
    assert session.value("n + x") == "2"


def test_an_import_that_fails(debug: Debug) -> None:
    session = debug.stopped("try:\n    import nowhere  # @here!\nexcept ImportError:  # @except\n    a = 1\n")
    session.over()
    assert session.where() == "except"


def test_what_the_sandbox_does_not_have_says_so(debug: Debug) -> None:
    text = """
    for name in ("ssl", "ctypes", "multiprocessing"):
        try:
            __import__(name)
        except ImportError as error:
            print("sandbox" in str(error))
    """
    assert debug.ran(text).client.output("stdout").split() == ["True"] * 3
