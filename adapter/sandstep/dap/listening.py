"""Serves editors over TCP, on the loopback alone: one after the other, or side by side, each with a program of its own."""

import asyncio
import hmac
import json
import secrets
import sys

from sandstep import loopback

from .connection import Connection
from .log import Log
from .server import serve
from .starting import Spare


async def serve_tcp(listen: str, spare: Spare, log: Log) -> int:
    """Prints where it listens and the token as one line of JSON; serves until it is ended."""
    address = loopback.parse(listen)
    if address is None:
        print(f"sandstep dap: {listen!r} is not a loopback address with a port; use 127.0.0.1:0, or [::1]:0", file=sys.stderr)
        return 2
    token = secrets.token_urlsafe(24)

    def admits(given: str | None) -> bool:
        return hmac.compare_digest((given or "").encode(), token.encode())

    sessions: set[asyncio.Task[None]] = set()

    def connected() -> Connection:
        connection = Connection()
        spare.prepare()
        task = asyncio.get_running_loop().create_task(serve(connection, spare, admits, log))
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
