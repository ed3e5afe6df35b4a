"""Which processes a session has started, so that a test can tell that none is left."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path

MARK = "SANDSTEP_TEST_SESSION"
PROC = Path("/proc")


def _belongs(pid: int, session: int, mark: bytes) -> bool:
    try:
        state, _, _, sid = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[:4]
        if state in "ZX":
            return False
        return int(sid) == session or mark in (PROC / str(pid) / "environ").read_bytes()
    except (OSError, ValueError):
        return False


def descendants(adapter: int, mark: str) -> set[int]:
    """All living processes of an adapter's session, by session id or by the mark in their environment; without /proc, none."""
    if not PROC.is_dir():
        return set()
    token = f"{MARK}={mark}".encode()
    return {pid for pid in map(int, filter(str.isdigit, os.listdir(PROC))) if _belongs(pid, adapter, token)}


def wait_gone(pids: set[int], timeout: float) -> set[int]:
    """Waits until these processes have ended; returns those that have not."""
    deadline = time.monotonic() + timeout
    left = set()
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                left.add(pid)
        finally:
            os.close(handle)
    return left
