"""The end of a program and of a session, however it comes; nothing is left behind (each fixture checks that)."""

from __future__ import annotations

import os
import signal

import pytest

from .client import DialogueError, error_text
from .conftest import Debug
from .processes import wait_gone
from .session import Session

ENDLESS = "import time\nprint('on', flush=True)\nwhile True:\n    pass\n"
ASLEEP = "import time\nprint('on', flush=True)\ntime.sleep(1000)\n"


def running(debug: Debug, text: str = ENDLESS) -> Session:
    session = debug.start(text)
    session.client.event("output", lambda body: "on" in body["output"])
    return session


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("pass\n", 0),
        ("import sys\nsys.exit()\n", 0),
        ("import sys\nsys.exit(None)\n", 0),
        ("import sys\nsys.exit(3)\n", 3),
        ("import sys\nsys.exit('text')\n", 1),
        ("import sys\nsys.exit(True)\n", 1),
        ("raise SystemExit(5)\n", 5),
        ("1 / 0\n", 1),
        ("import os\nos._exit(7)\n", 7),
        ("import atexit, sys\natexit.register(lambda: print('bye'))\nsys.exit(4)\n", 4),
        ("def f():\n    f()\nf()\n", 1),
        ("class A:\n    def __del__(self):\n        1 / 0\na = A()\n", 0),
    ],
)
def test_exit_status(debug: Debug, text: str, status: int) -> None:
    session = debug.ran(text)
    assert session.client.events("exited") == [{"exitCode": status}]
    assert len(session.client.events("terminated")) == 1


def test_text_of_sys_exit_goes_to_stderr(debug: Debug) -> None:
    assert debug.ran("import sys\nsys.exit('the reason')\n").client.output("stderr") == "the reason\n"


def test_exited_comes_last_but_for_terminated(debug: Debug) -> None:
    session = debug.ran("print('x', end='')\n")
    names = [e.message["event"] for e in session.client.log if not e.outgoing and e.message["type"] == "event"]
    assert names[-2:] == ["exited", "terminated"]


@pytest.mark.parametrize("text", [ENDLESS, ASLEEP])
@pytest.mark.parametrize("command", ["terminate", "disconnect"])
def test_end_while_it_runs(debug: Debug, text: str, command: str) -> None:
    session = running(debug, text)
    session.client.timeout = 5
    session.client.request(command)
    if command == "terminate":
        session.client.event("terminated")
        session.client.request("disconnect")
    session.client.end()
    assert session.process.wait(5) == 0


@pytest.mark.parametrize("command", ["terminate", "disconnect"])
def test_end_at_a_stop(debug: Debug, command: str) -> None:
    session = debug.stopped("a = 1  # @here!\nprint('never')\n")
    session.client.request(command)
    if command == "terminate":
        session.client.event("terminated")
        session.client.request("disconnect")
    session.client.end()
    assert "never" not in session.client.output()


def test_the_adapter_ends_after_disconnect(debug: Debug) -> None:
    session = debug.ran("pass\n")
    session.client.request("disconnect")
    session.client.end()
    assert session.process.wait(5) == 0
    assert session.stderr() == ""


@pytest.mark.parametrize("when", ["before initialize", "before launch", "before configurationDone", "running", "stopped", "ended"])
def test_the_end_of_the_input_ends_all(debug: Debug, when: str) -> None:
    session = debug.session()
    program = debug.write("print('on', flush=True)\na = 1  # @here\nwhile when: pass\n".replace("when", str(when == "running")))
    if when != "before initialize":
        session.initialize()
    if when in ("before configurationDone", "running", "stopped", "ended"):
        session.launch(program=str(program.path))
    if when in ("running", "stopped", "ended"):
        session.breakpoints(program, *(["here"] if when == "stopped" else []))
        session.configured()
        session.client.event("output", lambda body: "on" in body["output"])
    if when == "stopped":
        session.stop()
    if when == "ended":
        session.finish()
    assert session.close() == set()


@pytest.mark.parametrize("when", ["running", "stopped"])
def test_nothing_is_left_when_the_adapter_is_killed(debug: Debug, when: str) -> None:
    session = running(debug, ENDLESS.replace("pass", "pass  # @here"))
    if when == "stopped":
        assert session.program
        session.breakpoints(session.program, "here")
        session.stop()
        session.value("1 + 1")
    started = session.processes()
    assert len(started) > 1
    os.kill(session.process.pid, signal.SIGKILL)
    session.process.wait()
    assert wait_gone(started, 5) == set()


def killed_worker(session: Session, number: int = signal.SIGKILL) -> None:
    for pid in session.processes() - {session.process.pid}:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGTERM])
def test_the_adapter_outlives_the_worker(debug: Debug, number: int) -> None:
    session = running(debug)
    killed_worker(session, number)
    session.client.event("exited")
    session.client.event("terminated")
    said = session.client.output("important", "stderr", "console").strip()
    assert said
    assert "Traceback" not in said
    assert session.client.fails("stackTrace", threadId=1)
    session.client.request("disconnect")
    session.client.end()
    assert session.process.wait(5) == 0


def test_the_worker_is_killed_at_a_stop(debug: Debug) -> None:
    session = debug.stopped("a = [1]  # @here!\n")
    reference = session.scope()
    killed_worker(session)
    session.client.event("terminated")
    assert session.client.fails("variables", variablesReference=reference)


def test_a_request_under_way_is_answered_when_the_worker_dies(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\n")
    request = session.client.send("evaluate", expression="while True: pass", context="repl", frameId=session.at().id)
    killed_worker(session)
    response = session.client.response(request)
    assert not response["success"]
    assert error_text(response)
    session.client.event("terminated")


def test_abort(debug: Debug) -> None:
    session = debug.start("import os\nprint('before', flush=True)\nos.abort()\n")
    assert session.finish() != 0
    assert session.client.output("stdout") == "before\n"
    assert session.client.output("important", "stderr", "console").strip()


def test_out_of_memory(debug: Debug) -> None:
    session = debug.start("box = []\nwhile True:\n    box.append(bytes(1 << 20))\n", memory="128MiB")
    assert session.finish(timeout=60) != 0
    assert "memory" in session.client.output("important", "stderr", "console").lower()


def test_out_of_time(debug: Debug) -> None:
    session = debug.start("while True: pass\n", timeLimit=0.5)
    assert session.finish() != 0
    assert "time" in session.client.output("important", "stderr", "console").lower()


def test_time_at_a_stop_does_not_count(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\nb = 2\n", timeLimit=0.5)
    with pytest.raises(DialogueError):
        session.client.event("nothing comes, time passes", timeout=0.6)
    assert session.over().line == 2
    assert session.finish() == 0


def test_restart(debug: Debug) -> None:
    session = debug.stopped("import sys\nprint('start', sys.argv[1:])\nn = 1  # @here!\nprint('end')\n", args=["a b"])
    session.evaluate("n = 5", "repl")
    session.stopped = None
    session.client.taken("stopped")
    session.client.request("restart")
    session.stop()
    assert session.where() == "here"
    assert session.finish() == 0
    assert session.client.output("stdout") == "start ['a b']\nstart ['a b']\nend\n"


def test_restart_while_it_runs(debug: Debug) -> None:
    session = running(debug)
    session.client.request("restart")
    session.client.event("output", lambda body: "on" in body["output"])
    session.client.request("terminate")
    session.client.event("terminated")


def test_two_restarts_at_once_are_made_one_after_the_other(debug: Debug) -> None:
    session = debug.stopped("n = 1  # @here!\nprint('end')\n")
    first, second = (session.client.send("restart") for _ in range(2))
    assert session.client.response(first)["success"]
    assert session.client.response(second)["success"]

    def stands() -> bool:
        events = [entry.message["event"] for entry in session.client.log if entry.message["type"] == "event"]
        starts = [place for place, event in enumerate(events) if event == "process"]
        return len(starts) == 3 and "stopped" in events[starts[-1] :]

    session.client.until(stands, "the stop of the third program")
    assert session.frames(1)[0]["line"] == 1
    session.client.request("continue", threadId=1)
    session.client.event("terminated")
    assert session.client.output("stdout") == "end\n"


@pytest.mark.parametrize("ending", ["restart", "terminate"])
def test_what_is_asked_while_a_program_is_ended_is_refused_in_silence(debug: Debug, ending: str) -> None:
    session = debug.stopped("n = 1  # @here!\n")
    session.client.send(ending)
    path = str(session.program.path) if session.program else ""
    asked = [session.client.send("breakpointLocations", source={"path": path}, line=1), session.client.send("modules")]
    for each in asked:
        answer = session.client.response(each)
        assert answer["success"] or answer["body"]["error"]["showUser"] is False, answer
        assert "inside of Sandstep" not in str(answer)


@pytest.mark.parametrize("command", ["terminate", "disconnect"])
def test_end_in_the_midst_of_a_restart(debug: Debug, command: str) -> None:
    session = debug.stopped("n = 1  # @here!\nprint('never')\n")
    restart = session.client.send("restart")
    ending = session.client.send(command)
    assert session.client.response(restart)["message"] == "cancelled"
    assert session.client.response(ending)["success"]
    assert len(session.client.events("process")) == 1
    if command == "terminate":
        session.client.event("terminated")


def test_requests_after_the_end_are_answered(debug: Debug) -> None:
    session = debug.ran("pass\n")
    assert session.client.fails("stackTrace", threadId=1)
    assert session.client.fails("evaluate", expression="1", context="watch")
    assert session.client.fails("continue", threadId=1)
    assert session.client.request("threads")["threads"] == []
