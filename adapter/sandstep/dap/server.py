"""Serves an editor over stdio, or editors over TCP."""

import asyncio
import os
import stat
import sys
from typing import TYPE_CHECKING

from sandstep.sandbox.spawn import Spawned

from . import requests as requests
from .connection import Connection
from .log import Log
from .session import Session
from .starting import Spare

if TYPE_CHECKING:
    from sandstep.loopback import Admits


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
        if listen is None:
            return asyncio.run(_serve_stdio(spare, written))
        from .listening import serve_tcp  # what it imports, stdio does without

        return asyncio.run(serve_tcp(listen, spare, written))
    except KeyboardInterrupt:
        return 130
    finally:
        spare.close()


async def serve(connection: Connection, spare: Spare, admits: "Admits", log: Log) -> None:
    """One session: until the editor disconnects, or its end of the connection is closed."""
    session = Session(connection.write, spare, admits, log)
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
    serving = asyncio.ensure_future(serve(connection, spare, lambda token: True, log))
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
