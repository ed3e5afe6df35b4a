"""The parent's side of a process that runs callbacks: starts it, hears what it offers, and hands its line to a worker."""

import os
import socket
import subprocess
import sys
from typing import IO

from . import control
from .channel import Channel, Closed
from .messages import ERROR
from .options import OptionError


class CallbackProcess:
    """Runs the callbacks of one file, for one worker."""

    def __init__(self, path: str, *, output: int | None = None) -> None:
        """`path` is a Python file; `output`: where to go with what callbacks print (`subprocess.PIPE`), in place of stderr.

        Raises OptionError.
        """
        self._path = os.path.abspath(path)
        if not os.path.isfile(self._path):
            raise OptionError("callbacks", f"There is no file {self._path}: check the path of the callbacks.")
        ours, its = socket.socketpair()
        with its:
            its.set_inheritable(True)
            command = [sys.executable, "-P", "-m", "sandstep.sandbox.callback_host", str(its.fileno()), self._path]
            streams = {"stdin": subprocess.DEVNULL, "stderr": output}
            self._process = subprocess.Popen(command, pass_fds=[its.fileno()], **streams)  # type: ignore[call-overload]
        self._socket = ours

    @property
    def output(self) -> IO[bytes] | None:
        """What callbacks print."""
        stderr: IO[bytes] | None = self._process.stderr
        return stderr

    def offers(self) -> str:
        """What it offers, as `list-callbacks` answers. Blocks while the file is loaded. Raises OptionError."""
        try:
            said = Channel(self._socket).receive()
        except Closed:
            raise OptionError("callbacks", f"{self._path} ended the process that loaded it.") from None
        text = said[1:].decode(errors="replace")
        if said[:1] == ERROR:
            raise OptionError("callbacks", text)
        return text

    def hand_to(self, worker: socket.socket) -> None:
        """Gives its line to the worker with this control socket."""
        try:
            socket.send_fds(worker, [control.CALLBACKS], [self._socket.fileno()])
        except BrokenPipeError:
            return  # the worker has ended, which its own sockets tell
        self._socket.close()

    def close(self) -> None:
        """Ends it. May be called again, from any thread."""
        self._process.kill()
        self._socket.close()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
