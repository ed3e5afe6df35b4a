"""A clone is a fork of the worker inside a host call: it has the guest's memory and its native frames, copy on write."""

import ctypes
import os
import signal
import socket
import struct
import sys
import warnings

RECORD = struct.Struct("<IQ")
"""What tells the parent of a clone, beside its socket: the number of the request that it answers, and its process id."""


def supported() -> bool:
    return hasattr(os, "fork")


def fork(control: socket.socket, request_seq: int) -> socket.socket | None:
    """Forks. In the clone: its own requests socket. In the worker: None, and the parent of the worker has been told.

    Raises OSError where there can be no more processes.
    """
    ours, theirs = socket.socketpair()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads: the other one only waits, and holds nothing
        pid = os.fork()
    if pid == 0:
        _end_with_parent()
        theirs.close()
        control.close()
        return ours
    ours.close()
    with theirs:
        socket.send_fds(control, [RECORD.pack(request_seq, pid)], [theirs.fileno()])
    return None


def _end_with_parent() -> None:
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
