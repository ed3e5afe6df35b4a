"""Runs the programs of the benchmarks: under an adapter, and without one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.dap.client import Client, Message
from tests.dap.peers import SANDSTEP, Peer, sandstep_command
from tests.dap.program import Program, read
from tests.dap.session import Session

from .peer import DEBUGPY, PEER_PYTHON

PROGRAMS = Path(__file__).parent / "programs"
BOTH: tuple[Peer, ...] = (SANDSTEP, DEBUGPY)


def program(name: str) -> Program:
    return read(PROGRAMS / f"{name}.py")


def undebugged(peer: Peer, name: str) -> str:
    """What a program prints without a debugger: in the same sandbox, or natively."""
    path = str(PROGRAMS / f"{name}.py")
    command = sandstep_command("run", path) if peer is SANDSTEP else (PEER_PYTHON, path)
    environment = {**os.environ, **peer.environment}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=120).stdout


def debugged(peer: Peer, name: str, breakpoints: list[str] | None = None, **extra: Message) -> str:
    """What a program prints under the debugger, with breakpoints at marks; `extra` adds to them (a condition …) by mark."""
    with Session(peer, timeout=120) as session:
        shown = program(name)
        session.launch(program=str(shown.path), cwd=str(shown.path.parent))
        session.breakpoints(shown, *[(mark, extra.get(mark, {})) for mark in breakpoints or []])
        session.configured()
        session.finish()
        return session.client.output("stdout")


def at_breakpoint(peer: Peer, name: str) -> Session:
    """A session that stands at the first of the program's breakpoints."""
    session = Session(peer)
    session.start(program(name))
    session.stop()
    return session


def round_trip(client: Client, command: str, **arguments: object) -> float:
    """From the moment a request was written to the moment its answer was read."""
    sent = len(client.log)
    client.request(command, **arguments)
    return next(e.at for e in reversed(client.log) if e.message.get("command") == command) - client.log[sent].at


def until_stopped(client: Client, command: str, **arguments: object) -> float:
    """From the moment a request was written to the moment its `stopped` event was read."""
    sent = len(client.log)
    client.send(command, **arguments)
    client.event("stopped")
    stopped = next(e.at for e in reversed(client.log) if e.message.get("event") == "stopped")
    return stopped - client.log[sent].at
