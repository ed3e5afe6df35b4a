"""Serves editors: one over stdio, or over TCP one after the other (and side by side, each with a program of its own)."""

import asyncio
import ipaddress
import json
import os
import secrets
import stat
import sys

from sandstep.sandbox.spawn import Spawned

from . import requests as requests
from .connection import Connection
from .log import Log
from .session import Session
from .starting import Spare


def main(listen: str | None, log: str | None, spawned: Spawned | None) -> int:
    """Serves until there is nobody left to serve; the exit status. `spawned` is a worker that was started meanwhile."""
    spare = Spare(spawned)
    try:
        written = Log(log)
    except OSError as error:
        spare.close()
        print(f"sandstep dap: cannot write the log {log}: {error.strerror}; choose another file", file=sys.stderr)
        return 2
    try:
        return asyncio.run(_serve_stdio(spare, written) if listen is None else _serve_tcp(listen, spare, written))
    except KeyboardInterrupt:
        return 130
    finally:
        spare.close()


async def _serve(connection: Connection, spare: Spare, token: str | None, log: Log) -> None:
    """One session: until the editor disconnects, or its end of the connection is closed."""
    session = Session(connection.write, spare, token, log)
    connection.on_message = session.receive
    connection.on_full = session.client_is_slow
    session.on_over = connection.end
    await connection.closed
    await session.close()
    connection.close()


async def _serve_stdio(spare: Spare, log: Log) -> int:
    loop = asyncio.get_running_loop()
    connection = Connection()
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    serving = asyncio.ensure_future(_serve(connection, spare, None, log))
    await asyncio.sleep(0)
    if _can_wait(1):
        await loop.connect_write_pipe(lambda: connection, out)
    else:
        connection.write_to(out)
    os.dup2(2, 1)  # whatever else prints in this process must not come between the messages
    if _can_wait(0):
        await loop.connect_read_pipe(lambda: connection, sys.stdin.buffer)
    else:
        connection.data_received(sys.stdin.buffer.read())
        connection.eof_received()
    await serving
    return 0


def _can_wait(descriptor: int) -> bool:
    """Whether it is something that may be not ready; a file, and /dev/null, always are."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)


async def _serve_tcp(listen: str, spare: Spare, log: Log) -> int:
    address = _loopback(listen)
    if address is None:
        print(f"sandstep dap: {listen!r} is not a loopback address with a port; use 127.0.0.1:0, or [::1]:0", file=sys.stderr)
        return 2
    token = secrets.token_urlsafe(24)
    sessions: set[asyncio.Task[None]] = set()

    def connected() -> Connection:
        connection = Connection()
        spare.prepare()
        task = asyncio.get_running_loop().create_task(_serve(connection, spare, token, log))
        sessions.add(task)
        task.add_done_callback(sessions.discard)
        return connection

    try:
        server = await asyncio.get_running_loop().create_server(connected, *address)
    except OSError as error:
        print(f"sandstep dap: cannot listen on {listen}: {error.strerror}; choose another port, or 0 for any", file=sys.stderr)
        return 2
    host, port = server.sockets[0].getsockname()[:2]
    print(json.dumps({"host": host, "port": port, "token": token}), flush=True)
    async with server:
        await server.serve_forever()
    return 0


def _loopback(listen: str) -> tuple[str, int] | None:
    """Host and port of `HOST:PORT`, if it cannot be reached from elsewhere."""
    host, _, port = listen.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
    try:
        if ipaddress.ip_address(host).is_loopback and 0 <= int(port) <= 65535:
            return host, int(port)
    except ValueError:
        return None
    return None
