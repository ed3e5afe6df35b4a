"""The protocol itself: every request is answered, and what is advertised is there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from .client import Message, encode, error_text
from .conftest import Debug
from .peers import ROOT
from .session import Session

PROGRAM = "def f(n):\n    return n  # @body\nx = [1]\nf(1)  # @here!\nprint('done')\n"


def shows_user(response: Message) -> str:
    """The text of an error response that the editor shows."""
    assert not response["success"]
    assert response["body"]["error"]["showUser"], response
    return error_text(response)


def test_unknown_request(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    response = session.client.response(session.client.send("makeCoffee", sugar=2))
    assert not response["success"]
    assert "makeCoffee" in error_text(response)
    assert response["command"] == "makeCoffee"
    assert session.value("x") == "[1]"


@pytest.mark.parametrize(
    ("command", "arguments", "named"),
    [
        ("stackTrace", {}, "threadId"),
        ("stackTrace", {"threadId": "one"}, "threadId"),
        ("variables", {"variablesReference": None}, "variablesReference"),
        ("evaluate", {"frameId": 1}, "expression"),
        ("setBreakpoints", {"breakpoints": [{"line": 1}]}, "source"),
        ("setBreakpoints", {"source": {"path": "/a.py"}, "breakpoints": [{"line": "one"}]}, "line"),
        ("setVariable", {"variablesReference": 1, "name": "x"}, "value"),
        ("next", {}, "threadId"),
    ],
)
def test_malformed_arguments_are_named(debug: Debug, command: str, arguments: Message, named: str) -> None:
    session = debug.stopped(PROGRAM)
    assert named in shows_user(session.client.response(session.client.send(command, **arguments)))
    assert session.value("x") == "[1]"


@pytest.mark.parametrize(
    "payload",
    [
        b"Content-Length: 9\r\n\r\nnot json!",
        b"Content-Length: 2\r\n\r\n{}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\nnull",
        b"Content-Length: 2\r\n\r\n\xff\xfe",
        encode({"seq": 1, "type": "surprise"}),
        encode({"seq": "one", "type": "request", "command": "threads"}),
        encode({"type": "request", "command": "threads"}),
        encode({"seq": 900, "type": "request", "command": 5}),
        encode({"seq": 901, "type": "request", "command": "threads", "arguments": []}),
        encode({"seq": 902, "type": "response", "request_seq": 77, "success": True, "command": "runInTerminal"}),
        encode({"seq": 903, "type": "event", "event": "surprise"}),
    ],
)
def test_the_session_goes_on_after_a_malformed_message(debug: Debug, payload: bytes) -> None:
    session = debug.stopped(PROGRAM)
    session.client.send_raw(payload)
    assert session.value("x") == "[1]"
    assert session.finish() == 0


def test_headers_in_other_spellings(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    payload = json.dumps({"seq": 900, "type": "request", "command": "threads"}).encode()
    session.client.send_raw(b"Content-Type: application/json\r\ncontent-length: %d\r\n\r\n" % len(payload) + payload)
    assert session.client.response(900)["success"]


def test_a_message_in_pieces_and_two_in_one(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    message = encode({"seq": 900, "type": "request", "command": "threads"}) + encode({"seq": 901, "type": "request", "command": "threads"})
    for start in range(0, len(message), 7):
        session.client.send_raw(message[start : start + 7])
    assert session.client.response(900)["success"]
    assert session.client.response(901)["success"]


def test_requests_before_their_time(debug: Debug) -> None:
    session = debug.session()
    session.client.response(session.client.send("threads"))
    session.initialize()
    early: dict[str, Message] = {
        "stackTrace": {"threadId": 1},
        "continue": {"threadId": 1},
        "evaluate": {"expression": "1"},
    }
    for command, arguments in early.items():
        assert shows_user(session.client.response(session.client.send(command, **arguments)))
    session.start(debug.write("a = 1\n"))
    assert session.finish() == 0


@pytest.mark.parametrize("command", ["continue", "next", "stepIn", "stepOut"])
def test_a_step_while_the_program_runs_is_refused(debug: Debug, command: str) -> None:
    session = debug.start("print('on', flush=True)\nwhile True: pass\n")
    session.client.event("output", lambda body: "on" in body["output"])
    assert "run" in shows_user(session.client.response(session.client.send(command, threadId=1)))


def test_a_thread_that_is_not_there(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    assert session.client.fails("next", threadId=77)
    assert session.over().line == 5


def test_numbers_of_messages_rise(debug: Debug) -> None:
    session = debug.stopped(PROGRAM)
    session.finish()
    numbers = [entry.message["seq"] for entry in session.client.log if not entry.outgoing]
    assert numbers == sorted(set(numbers))


def test_lines_and_columns_that_start_at_0(debug: Debug) -> None:
    session = debug.session()
    session.initialize(linesStartAt1=False, columnsStartAt1=False)
    program = debug.write(PROGRAM)
    session.launch(program=str(program.path))
    (answer,) = session.client.request("setBreakpoints", source={"path": str(program.path)}, breakpoints=[{"line": 1}])["breakpoints"]
    assert answer.get("line", 1) == 1
    session.configured()
    stop = session.stop()
    assert stop.line == 1
    assert stop.frame["column"] in (4, 11)
    assert session.frames()[1]["line"] == 3
    body = session.client.request("breakpointLocations", source={"path": str(program.path)}, line=1, endLine=1)
    assert [location["line"] for location in body["breakpoints"]] == [1]
    items = session.client.request("completions", frameId=session.at().id, text="prin", column=4)["targets"]
    assert any("print" in item["label"] for item in items)
    assert session.finish() == 0
    printed = [body for body in session.client.events("output") if body["output"].startswith("done")]
    assert printed[0]["line"] == 4


SCHEMA = re.compile(r"supports?[A-Z]\w*")


def test_capabilities_are_spelt_as_in_the_schema(debug: Debug) -> None:
    import importlib.util

    found = importlib.util.find_spec("debugpy")
    assert found
    assert found.submodule_search_locations
    folder = found.submodule_search_locations[0]
    schema = json.loads((ROOT / folder / "_vendored/pydevd/_pydevd_bundle/_debug_adapter/debugProtocol.json").read_text())
    known = schema["definitions"]["Capabilities"]["properties"]
    assert set(debug.session().initialize()) <= set(known)


def thread(session: Session) -> Message:
    return {"threadId": session.at().thread}


def frame(session: Session) -> Message:
    return {"frameId": session.at().id}


EXERCISED: dict[str, Callable[[Session], object]] = {
    "supportsConfigurationDoneRequest": lambda s: None,
    "supportsFunctionBreakpoints": lambda s: s.client.request("setFunctionBreakpoints", breakpoints=[{"name": "f"}]),
    "supportsConditionalBreakpoints": lambda s: s.breakpoints(s.program, ("body", {"condition": "n"})) if s.program else None,
    "supportsHitConditionalBreakpoints": lambda s: s.breakpoints(s.program, ("body", {"hitCondition": "1"})) if s.program else None,
    "supportsLogPoints": lambda s: s.breakpoints(s.program, ("body", {"logMessage": "{n}"})) if s.program else None,
    "supportsEvaluateForHovers": lambda s: s.evaluate("x", "hover"),
    "supportsClipboardContext": lambda s: s.evaluate("x", "clipboard"),
    "supportsSetVariable": lambda s: s.client.request("setVariable", variablesReference=s.scope(), name="x", value="1"),
    "supportsSetExpression": lambda s: s.client.request("setExpression", expression="x", value="1", **frame(s)),
    "supportsStepInTargetsRequest": lambda s: s.client.request("stepInTargets", **frame(s))["targets"][0]["label"],
    "supportsTerminateThreadsRequest": lambda s: "end the program" in s.client.fails("terminateThreads", threadIds=[1]) or 1 / 0,
    "supportsSingleThreadExecutionRequests": lambda s: s.client.request("next", threadId=1, singleThread=True),
    "supportsGotoTargetsRequest": lambda s: s.client.request("gotoTargets", source={"path": str(s.program and s.program.path)}, line=5),
    "supportsCompletionsRequest": lambda s: s.client.request("completions", text="x", column=2, **frame(s))["targets"],
    "supportsModulesRequest": lambda s: s.client.request("modules")["modules"],
    "supportsLoadedSourcesRequest": lambda s: s.client.request("loadedSources")["sources"],
    "supportsBreakpointLocationsRequest": lambda s: s.client.request(
        "breakpointLocations", source={"path": str(s.program and s.program.path)}, line=1
    ),
    "supportsExceptionInfoRequest": lambda s: s.client.fails("exceptionInfo", **thread(s)),
    "supportsExceptionFilterOptions": lambda s: s.client.request(
        "setExceptionBreakpoints", filters=[], filterOptions=[{"filterId": "raised"}]
    ),
    "supportsExceptionOptions": lambda s: s.client.request(
        "setExceptionBreakpoints", filters=[], exceptionOptions=[{"breakMode": "always"}]
    ),
    "supportsValueFormattingOptions": lambda s: s.client.request("evaluate", expression="255", format={"hex": True}, **frame(s)),
    "supportsDelayedStackTraceLoading": lambda s: s.client.request("stackTrace", levels=1, **thread(s))["totalFrames"],
    "supportsCancelRequest": lambda s: s.client.request("cancel", requestId=1),
    "supportsSteppingGranularity": lambda s: s.client.request("next", granularity="line", **thread(s)),
    "supportsRestartRequest": lambda s: s.client.request("restart"),
    "supportsTerminateRequest": lambda s: s.client.request("terminate"),
    "supportTerminateDebuggee": lambda s: s.client.request("disconnect", terminateDebuggee=True),
    "supportsANSIStyling": lambda s: None,
}


def advertised() -> list[str]:
    """What `initialize` answers with; asked once, when the tests are collected."""
    from .peers import chosen

    try:
        with Session(chosen()) as session:
            return [name for name, value in session.initialize().items() if value is True]
    except AssertionError as error:
        return [f"no answer to initialize: {error}"[:60]]


@pytest.mark.parametrize("capability", advertised())
def test_what_is_advertised_is_there(debug: Debug, capability: str) -> None:
    session = debug.stopped(PROGRAM)
    assert capability in EXERCISED, "a capability that no test knows: add what exercises it"
    EXERCISED[capability](session)


@pytest.mark.parametrize(
    "capability",
    [
        "supportsConfigurationDoneRequest",
        "supportsFunctionBreakpoints",
        "supportsConditionalBreakpoints",
        "supportsHitConditionalBreakpoints",
        "supportsLogPoints",
        "supportsEvaluateForHovers",
        "supportsClipboardContext",
        "supportsSetVariable",
        "supportsSetExpression",
        "supportsCompletionsRequest",
        "supportsModulesRequest",
        "supportsLoadedSourcesRequest",
        "supportsBreakpointLocationsRequest",
        "supportsExceptionInfoRequest",
        "supportsExceptionFilterOptions",
        "supportsValueFormattingOptions",
        "supportsDelayedStackTraceLoading",
        "supportsCancelRequest",
        "supportsRestartRequest",
        "supportsTerminateRequest",
        "supportsTerminateThreadsRequest",
        "supportsSingleThreadExecutionRequests",
    ],
)
def test_what_is_there_is_advertised(debug: Debug, capability: str) -> None:
    assert debug.session().initialize().get(capability) is True
