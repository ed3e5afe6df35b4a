"""One debug session: an adapter's process, a client, and what an editor's buttons do."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .client import Client, Message
from .peers import Peer
from .processes import MARK, descendants, wait_gone
from .program import Program

ENDED = ("exited", "terminated")


@dataclass(frozen=True)
class Stop:
    """A stop as the editor sees it: why, which thread, and the top frame."""

    body: Message
    thread: int
    frame: Message

    @property
    def reason(self) -> str:
        return str(self.body["reason"])

    @property
    def line(self) -> int:
        return int(self.frame["line"])

    @property
    def id(self) -> int:
        return int(self.frame["id"])


class Session:
    """Starts an adapter over pipes; `close` ends it and returns what it left behind."""

    def __init__(self, peer: Peer, timeout: float = 30.0) -> None:
        self.peer = peer
        self.mark = uuid.uuid4().hex
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        self.process = subprocess.Popen(
            peer.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            bufsize=0,
            start_new_session=True,
            env={**os.environ, **peer.environment, MARK: self.mark},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.client = Client(self.process.stdout.fileno(), self.process.stdin.fileno(), timeout)
        self.capabilities: Message = {}
        self.launched = 0
        self.stopped: Stop | None = None
        self.program: Program | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # From the start to the first line of the program

    def initialize(self, **arguments: Any) -> Message:
        self.capabilities = self.client.request(
            "initialize",
            **{
                "adapterID": self.peer.name,
                "clientID": "tests",
                "linesStartAt1": True,
                "columnsStartAt1": True,
                "pathFormat": "path",
                "supportsVariableType": True,
                "supportsVariablePaging": True,
                "supportsProgressReporting": True,
                "supportsInvalidatedEvent": True,
                **arguments,
            },
        )
        return self.capabilities

    def launch(self, **arguments: Any) -> None:
        """Sends `launch` and waits until the adapter wants the breakpoints; its answer comes with `configured`."""
        if not self.capabilities:
            self.initialize()
        self.launched = self.client.send("launch", **{**self.peer.launch, **arguments})
        self.client.until(
            lambda: self.launched in self.client.responses or any(e["event"] == "initialized" for e in self.client.pending),
            "initialized",
        )
        if self.launched not in self.client.responses or self.client.responses[self.launched]["success"]:
            self.client.event("initialized")

    def configured(self) -> None:
        self.client.request("configurationDone")
        response = self.client.response(self.launched)
        assert response["success"], response

    def start(self, program: Program, breakpoints: list[str] | None = None, **arguments: Any) -> Self:
        """Launches a program with breakpoints at its marks (those written `@name!` if none are named)."""
        self.program = program
        self.launch(program=str(program.path), cwd=str(program.path.parent), **arguments)
        self.breakpoints(program, *(program.breakpoints if breakpoints is None else breakpoints))
        self.configured()
        return self

    def breakpoints(self, program: Program, *marks: str | tuple[str, Message]) -> list[Message]:
        """Sets the breakpoints of a file; a mark alone, or a mark with a condition and so on."""
        wanted = [(mark, {}) if isinstance(mark, str) else mark for mark in marks]
        body = self.client.request(
            "setBreakpoints",
            source={"path": str(program.path)},
            breakpoints=[{"line": program.line(mark), **extra} for mark, extra in wanted],
        )
        return list(body["breakpoints"])

    # From stop to stop

    def stop(self, timeout: float | None = None) -> Stop:
        """Waits for the next stop; the end of the program fails the test."""
        name, body = self.client.either("stopped", *ENDED, timeout=timeout)
        if name != "stopped":
            raise AssertionError(f"the program ended where a stop was expected\n{self.client.tail()}")
        frames = self.client.request("stackTrace", threadId=body["threadId"], startFrame=0, levels=1)["stackFrames"]
        self.stopped = Stop(body, body["threadId"], frames[0])
        return self.stopped

    def where(self) -> str:
        """The marks of the line at which the program stands."""
        assert self.program is not None
        return self.program.names(self.at().line)

    def at(self) -> Stop:
        assert self.stopped is not None, "the program is not stopped"
        return self.stopped

    def resume(self, command: str, **arguments: Any) -> None:
        thread = self.at().thread
        self.stopped = None
        self.client.request(command, threadId=thread, **arguments)

    def go(self) -> Stop:
        self.resume("continue")
        return self.stop()

    def over(self) -> Stop:
        self.resume("next")
        return self.stop()

    def into(self) -> Stop:
        self.resume("stepIn")
        return self.stop()

    def out(self) -> Stop:
        self.resume("stepOut")
        return self.stop()

    def finish(self, timeout: float | None = None) -> int:
        """Lets the program run to its end: its exit status."""
        if self.stopped is not None:
            self.resume("continue")
        name, body = self.client.either("stopped", "exited", timeout=timeout)
        assert name == "exited", f"a stop where the end was expected\n{self.client.tail()}"
        self.client.event("terminated")
        return int(body["exitCode"])

    # At a stop

    def frames(self, thread: int | None = None) -> list[Message]:
        return list(self.client.request("stackTrace", threadId=self.at().thread if thread is None else thread)["stackFrames"])

    def scopes(self, frame: int | None = None) -> list[Message]:
        return list(self.client.request("scopes", frameId=self.at().id if frame is None else frame)["scopes"])

    def scope(self, name: str = "Locals", frame: int | None = None) -> int:
        """The reference of the variables of a scope."""
        found = {scope["name"]: int(scope["variablesReference"]) for scope in self.scopes(frame)}
        assert name in found, found
        return found[name]

    def children(self, reference: int, **paging: Any) -> list[Message]:
        return list(self.client.request("variables", variablesReference=reference, **paging)["variables"])

    def locals(self, frame: int | None = None) -> dict[str, Message]:
        return {variable["name"]: variable for variable in self.children(self.scope("Locals", frame))}

    def child(self, reference: int, name: str) -> Message:
        found = {variable["name"]: variable for variable in self.children(reference)}
        assert name in found, list(found)
        return found[name]

    def evaluate(self, expression: str, context: str = "watch", frame: int | None = None) -> Message:
        return self.client.request("evaluate", expression=expression, context=context, frameId=self.at().id if frame is None else frame)

    def value(self, expression: str, context: str = "watch") -> str:
        return str(self.evaluate(expression, context)["result"])

    def refuses(self, expression: str, context: str = "watch") -> str:
        """What an evaluation that must fail says."""
        return self.client.fails("evaluate", expression=expression, context=context, frameId=self.at().id)

    # The end

    def processes(self) -> set[int]:
        return descendants(self.process.pid, self.mark)

    def stderr(self) -> str:
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def disconnect(self) -> None:
        self.client.request("disconnect", terminateDebuggee=True)

    def close(self, timeout: float = 5.0) -> set[int]:
        """Closes the client's end; the processes that are still there afterwards, which are then killed."""
        started = self.processes()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout)
            left = wait_gone(started | self.processes(), timeout)
        except subprocess.TimeoutExpired:
            left = {self.process.pid, *self.processes()}
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        return left


def source_name(frame: Message) -> str:
    """The file's name of a frame, without its folder."""
    return Path((frame.get("source") or {}).get("path") or "").name
