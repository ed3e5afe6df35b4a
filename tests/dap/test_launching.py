"""Launch attributes: what they do, and what is said when they are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .client import error_text
from .conftest import Debug


def refused(debug: Debug, **attributes: Any) -> str:
    """What a launch that fails tells the user."""
    session = debug.session()
    session.launch(**attributes)
    response = session.client.response(session.launched)
    assert not response["success"]
    assert response["body"]["error"]["showUser"]
    text = error_text(response)
    assert "Traceback" not in text
    assert len(text.splitlines()) == 1
    return text


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({}, "program"),
        ({"program": "/nowhere/at/all.py"}, "/nowhere/at/all.py"),
        ({"program": 5}, "program"),
        ({"program": "{file}", "args": "one"}, "args"),
        ({"program": "{file}", "args": [1]}, "args"),
        ({"program": "{file}", "cwd": "/nowhere/at/all"}, "cwd"),
        ({"program": "{file}", "env": {"A": 1}}, "env"),
        ({"program": "{file}", "memory": "much"}, "memory"),
        ({"program": "{file}", "timeLimit": "soon"}, "timeLimit"),
        ({"program": "{file}", "timeLimit": -1}, "timeLimit"),
        ({"program": "{file}", "stopOnEntry": "yes"}, "stopOnEntry"),
        ({"program": "{file}", "packages": ["/nowhere/at/all"]}, "packages"),
        ({"program": "{file}", "mounts": ["/nowhere/at/all"]}, "mounts"),
        ({"program": "{file}", "progam": "x"}, "progam"),
        ({"program": "{file}", "code": "pass"}, "code"),
        ({"program": "{folder}"}, "program"),
    ],
)
def test_what_is_wrong_is_named(debug: Debug, attributes: dict[str, Any], named: str) -> None:
    file = debug.write("pass\n").path
    filled = {
        name: value.format(file=file, folder=file.parent) if isinstance(value, str) and "{" in value else value
        for name, value in attributes.items()
    }
    assert named in refused(debug, **filled)


def test_a_launch_can_be_tried_again(debug: Debug) -> None:
    session = debug.session()
    session.launch(program="/nowhere/at/all.py")
    assert not session.client.response(session.launched)["success"]
    session.start(debug.write("print('on')\n"))
    assert session.finish() == 0


def test_two_launches_are_refused(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\n")
    assert session.program
    assert session.client.fails("launch", type="sandstep", program=str(session.program.path))
    assert session.value("1 + 1") == "2"


def test_args_env_and_cwd(debug: Debug, tmp_path: Path) -> None:
    text = "import os, sys\nprint(sys.argv[1:], os.environ.get('A'), os.environ.get('HOME'), os.getcwd())\n"
    session = debug.ran(text, args=["one", "two words", "é"], env={"A": "b c"})
    assert session.client.output("stdout") == f"['one', 'two words', 'é'] b c None {tmp_path}\n"


def test_module(debug: Debug, tmp_path: Path) -> None:
    debug.write("import sys\nprint(__name__, __package__, sys.argv[1:])\n", "package/tool.py")
    debug.write("", "package/__init__.py")
    session = debug.session()
    session.launch(module="package.tool", cwd=str(tmp_path), args=["x"])
    session.configured()
    assert session.finish() == 0
    assert session.client.output("stdout") == "__main__ package ['x']\n"


def test_code(debug: Debug) -> None:
    session = debug.session()
    session.launch(code="import sys\nprint(__name__, sys.argv)\n")
    session.configured()
    assert session.finish() == 0
    assert session.client.output("stdout") == "__main__ ['-c']\n"


def test_packages(debug: Debug, tmp_path: Path) -> None:
    debug.write("VALUE = 7\n", "elsewhere/something.py")
    program = debug.write("import something\nprint(something.VALUE)\n", "app/prog.py")
    session = debug.session()
    session.launch(program=str(program.path), packages=[str(tmp_path / "elsewhere")])
    session.configured()
    assert session.finish() == 0
    assert session.client.output("stdout") == "7\n"


def test_mounts(debug: Debug, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "in.txt").write_text("read")
    (tmp_path / "out").mkdir()
    text = """
    print(open("/data/in.txt").read())
    open("/out/new.txt", "w").write("written")
    try:
        open("/data/in.txt", "w")
    except OSError as error:
        print("refused")
    """
    program = debug.write(text, "app/prog.py")
    session = debug.session()
    session.launch(program=str(program.path), mounts=[f"{tmp_path / 'data'}:/data", f"{tmp_path / 'out'}:/out:rw"])
    session.configured()
    assert session.finish() == 0
    assert session.client.output("stdout") == "read\nrefused\n"
    assert (tmp_path / "out" / "new.txt").read_text() == "written"


def test_just_my_code_off_enters_the_library(debug: Debug) -> None:
    text = "import textwrap\na = textwrap.dedent('  x')  # @here!\nb = 1  # @after\n"
    session = debug.stopped(text, justMyCode=False)
    stop = session.into()
    assert stop.frame["name"] == "dedent"
    source = stop.frame["source"]
    content = session.client.request("source", source=source, sourceReference=source.get("sourceReference", 0))["content"]
    assert "def dedent(text" in content
    assert content.splitlines()[stop.line - 1].startswith("    ")
    session.out()
    assert session.where() == "here"


def test_just_my_code_hides_the_library(debug: Debug) -> None:
    text = "import json\ndef default(x):\n    return 1  # @here!\njson.dumps(object(), default=default)\n"
    session = debug.stopped(text)
    names = [frame["name"] for frame in session.frames() if frame.get("presentationHint") != "subtle"]
    assert names == ["default", "<module>"]


def test_process_event(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\n")
    assert session.program
    (process,) = session.client.events("process")
    assert process["name"] == str(session.program.path)
    assert process["startMethod"] == "launch"
    assert process.get("systemProcessId") in (None, *session.processes())


def test_no_debug(debug: Debug) -> None:
    session = debug.start("print('on')  # @here!\n", noDebug=True)
    assert session.finish() == 0


def test_packages_are_library_code(debug: Debug, tmp_path: Path) -> None:
    debug.write("def call():\n    return 1\n", "site/something.py")
    text = "import something\nsomething.call()  # @call!\nprint(1)  # @after\n"
    for just_my_code, where in ((True, "after"), (False, "call")):
        session = debug.stopped(text, packages=[str(tmp_path / "site")], justMyCode=just_my_code)
        session.resume("stepIn")
        stop = session.stop()
        assert (stop.frame["name"] if not just_my_code else session.where()) == where
