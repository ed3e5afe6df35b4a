"""A program that speaks to the host itself, in the agent's place: the adapter believes nothing and outlives it."""

from __future__ import annotations

import pytest

from .conftest import Debug

REACH = """
import sys
try:
    from wit_world.imports import debugger
except ImportError:
    print("out of reach", flush=True)
    sys.exit()
"""
SAID = {
    "garbage": "debugger.send('garbage')",
    "no object": "debugger.send('[]')",
    "empty": "debugger.send('')",
    "no type": "debugger.send('{}')",
    "an answer to nothing": (
        'debugger.send(\'{"seq":1,"type":"response","request_seq":4711,"success":true,"command":"threads","body":{"threads":[]}}\')'
    ),
    "answers to all": (
        "for n in range(50): "
        'debugger.send(\'{"seq":1,"type":"response","request_seq":%d,"success":true,"command":"next","body":{"surprise":5}}\' % n)'
    ),
    "an unknown event": 'debugger.send(\'{"seq":1,"type":"event","event":"surprise","body":{}}\')',
    "an event without body": 'debugger.send(\'{"seq":1,"type":"event","event":"stopped"}\')',
    "an event with a wrong body": 'debugger.send(\'{"seq":1,"type":"event","event":"output","body":{"output":5}}\')',
    "a made-up end": 'debugger.send(\'{"seq":1,"type":"event","event":"exited","body":{"exitCode":0}}\')',
    "a made-up stop": (
        'debugger.send(\'{"seq":1,"type":"event","event":"stopped","body":{"reason":"breakpoint","threadId":1,"allThreadsStopped":true}}\')'
    ),
    "a request": 'debugger.send(\'{"seq":1,"type":"request","command":"runInTerminal","arguments":{"args":["touch","/tmp/x"]}}\')',
    "a deep message": "debugger.send('[' * 100_000)",
    "a lone surrogate": "debugger.send('\"\\\\ud800\"')",
}


@pytest.mark.parametrize("name", SAID)
def test_what_it_says_does_no_harm(debug: Debug, name: str) -> None:
    """The session answers on, and ends as it should; nothing that was made up reaches the editor."""
    session = debug.start(f"{REACH}{SAID[name]}\nprint('said', flush=True)\nwhile True: pass\n")
    kind, _ = session.client.either("output", "exited", where=lambda body: body.get("category", "stdout") != "telemetry")
    assert not session.client.events("surprise")
    assert not [entry for entry in session.client.log if not entry.outgoing and entry.message["type"] == "request"]
    session.client.response(session.client.send("threads"))
    session.client.response(session.client.send("stackTrace", threadId=1))
    if kind != "exited":
        session.client.response(session.client.send("terminate"))
        session.client.event("terminated")
    session.client.request("disconnect")
    session.client.end()
    assert session.process.wait(5) == 0
    assert "Traceback" not in session.stderr()


def test_a_program_that_takes_the_agents_requests_can_be_ended(debug: Debug) -> None:
    session = debug.start(f"{REACH}print('taking', flush=True)\nwhile True: debugger.next_request()\n")
    session.client.event("output", lambda body: "taking" in body["output"] or "reach" in body["output"])
    session.client.send("pause", threadId=1)
    session.client.send("terminate")
    session.client.event("terminated")


def test_endless_messages_do_not_fill_the_adapter(debug: Debug) -> None:
    """It floods the adapter; the session can still be ended."""
    flood = 'while True: debugger.send(\'{"seq":1,"type":"event","event":"output","body":{"output":"%s"}}\' % ("x" * 1000))'
    session = debug.start(f"{REACH}print('on', flush=True)\n{flood}\n")
    session.client.event("output")
    session.client.send("terminate")
    session.client.event("terminated")
