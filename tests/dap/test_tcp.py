"""The adapter over TCP: on loopback alone, with a token, for one client after the other."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from .client import Client, error_text
from .conftest import Debug
from .peers import SANDSTEP, sandstep_command
from .processes import MARK, descendants, wait_gone
from .program import Program


@contextmanager
def listening(*arguments: str) -> Iterator[dict[str, Any]]:
    """A listening adapter: what it printed. Afterwards nothing of it is left."""
    command = sandstep_command("dap", "--listen", *(arguments or ("127.0.0.1:0",)))
    mark = uuid.uuid4().hex
    environment = {**os.environ, **SANDSTEP.environment, MARK: mark}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment, start_new_session=True, text=True
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
        assert process.poll() is None, "the listening adapter has ended"
    finally:
        started = descendants(process.pid, mark)
        process.terminate()
        process.wait(10)
        process.stdout.close()
        assert wait_gone(started, 5) == set()


@contextmanager
def connected(printed: dict[str, Any]) -> Iterator[Client]:
    with socket.create_connection((printed.get("host", "127.0.0.1"), printed["port"])) as connection:
        client = Client(connection.fileno(), connection.fileno())
        client.request("initialize", adapterID="sandstep", linesStartAt1=True, columnsStartAt1=True)
        yield client


def debugs(client: Client, program: Program, token: str, command: str = "launch") -> None:
    launched = client.send(command, program=str(program.path), token=token)
    client.event("initialized")
    client.request("setBreakpoints", source={"path": str(program.path)}, breakpoints=[{"line": 2}])
    client.request("configurationDone")
    assert client.response(launched)["success"]
    assert client.event("stopped")["reason"] == "breakpoint"
    client.request("continue", threadId=1)
    assert client.event("exited") == {"exitCode": 0}
    client.event("terminated")
    client.request("disconnect")
    client.end()


def test_several_clients_in_turn(debug: Debug) -> None:
    program = debug.write("a = 1\nb = 2\n")
    with listening() as printed:
        for command in ("launch", "attach", "launch"):
            with connected(printed) as client:
                debugs(client, program, printed["token"], command)


@pytest.mark.parametrize("token", [None, "", "wrong", 5])
def test_without_the_token_it_is_refused(debug: Debug, token: object) -> None:
    program = debug.write("print('on')\n")
    with listening() as printed, connected(printed) as client:
        arguments = {"program": str(program.path)} | ({} if token is None else {"token": token})
        response = client.response(client.send("launch", **arguments))
        assert not response["success"]
        assert "token" in error_text(response)
        assert not client.events("initialized")


def test_a_client_that_vanishes_leaves_room_for_the_next(debug: Debug) -> None:
    program = debug.write("a = 1\nb = 2\n")
    endless = debug.write("print('on', flush=True)\nwhile True: pass\n", "endless.py")
    with listening() as printed:
        with connected(printed) as client:
            client.send("launch", program=str(endless.path), token=printed["token"])
            client.event("initialized")
            client.request("configurationDone")
            client.event("output", lambda body: "on" in body["output"])
        with connected(printed) as client:
            debugs(client, program, printed["token"])


def test_a_client_that_speaks_no_dap_does_no_harm(debug: Debug) -> None:
    program = debug.write("a = 1\nb = 2\n")
    with listening() as printed:
        with socket.create_connection(("127.0.0.1", printed["port"])) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(10)
            while connection.recv(4096):
                pass
        with connected(printed) as client:
            debugs(client, program, printed["token"])


@pytest.mark.parametrize("address", ["0.0.0.0:0", "192.0.2.1:0", "example.com:0", "[::]:0", ":0", "nonsense", "127.0.0.1:notaport"])
def test_other_addresses_are_refused(address: str) -> None:
    command = sandstep_command("dap", "--listen", address)
    result = subprocess.run(command, capture_output=True, text=True, timeout=20, env={**os.environ, **SANDSTEP.environment}, check=False)
    assert result.returncode != 0
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) <= 5
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_the_token_is_long_and_new_each_time() -> None:
    with listening() as first, listening() as second:
        assert first["token"] != second["token"]
        assert len(first["token"]) >= 16
        assert first["port"] != second["port"]
