"""Serves editors over TCP, on the loopback alone: one after the other, or side by side, each with a program of its own."""

import asyncio

from sandstep import loopback

from .connection import Connection
from .log import Log
from .server import serve
from .starting import Spare


async def serve_tcp(listen: str, spare: Spare, log: Log) -> int:
    """Serves until it is ended; the exit status."""
    sessions: set[asyncio.Task[None]] = set()

    async def start(admits: loopback.Admits, host: str, port: int) -> asyncio.Server:
        def connected() -> Connection:
            connection = Connection()
            spare.prepare()
            task = asyncio.get_running_loop().create_task(serve(connection, spare, admits, log))
            sessions.add(task)
            task.add_done_callback(sessions.discard)
            return connection

        return await asyncio.get_running_loop().create_server(connected, host, port)

    return await loopback.serve("dap", listen, start)
