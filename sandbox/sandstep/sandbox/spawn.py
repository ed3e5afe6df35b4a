"""Starts worker processes. Cheap to import and synchronous: a parent starts its worker first, and prepares itself meanwhile."""

import _socket
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

ENDED_BY_TIME = 124
"""A worker's exit status when the time limit ended it."""
_SIGKILL = 9  # `signal` takes ten times as long to import as all else here


class Spawned:
    """A worker process that waits for its launch, and our ends of its two sockets."""

    def __init__(self, pid: int, requests: int, control: int) -> None:
        self.pid = pid
        self._descriptors = requests, control
        self._sockets: tuple[socket.socket, socket.socket] | None = None

    def _both(self) -> "tuple[socket.socket, socket.socket]":
        if self._sockets is None:
            import socket  # while the worker loads: it is started by `_socket` alone

            requests, control = self._descriptors
            self._sockets = socket.socket(fileno=requests), socket.socket(fileno=control)
        return self._sockets

    @property
    def requests(self) -> "socket.socket":
        return self._both()[0]

    @property
    def control(self) -> "socket.socket":
        return self._both()[1]

    def poke(self) -> None:
        """Asks the guest, which runs, to look at its requests."""
        self._say(b"p")

    def interrupt(self) -> None:
        """Raises KeyboardInterrupt in the program, as Ctrl-C does."""
        self._say(b"i")

    def _say(self, word: bytes) -> None:
        try:
            self.control.send(word)
        except OSError:
            return  # it is gone, which its requests socket tells

    def kill(self) -> None:
        """Ends the worker and all of its clones at once. May be called again."""
        for end in (os.killpg, os.kill):  # it may not be a group of its own yet
            try:
                end(self.pid, _SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue


class End:
    """How a worker's process ended: its exit status, or the signal that ended it; and what is to be said of it, in one sentence."""

    def __init__(self, status: int | None, signal: int | None, sentence: str) -> None:
        self.status, self.signal, self.sentence = status, signal, sentence


def command_of(module: str, *descriptors: int) -> list[str]:
    """Starts a process of ours by the `main` of a module. No garbage is looked for while it loads, and `-m` would load more."""
    start = f"import gc, sys; gc.disable(); from sandstep.sandbox.{module} import main; main(*map(int, sys.argv[1:]))"
    return [sys.executable, "-P", "-c", start, *map(str, descriptors)]


def spawn(*, inherit: bool = False) -> Spawned:
    """A new worker. With `inherit` it gets this process's standard streams, for its guest."""
    requests, its_requests = (end.detach() for end in _socket.socketpair())
    control, its_control = (end.detach() for end in _socket.socketpair())
    try:
        for end in (its_requests, its_control):
            os.set_inheritable(end, True)
        command = command_of("worker", its_requests, its_control)
        null = [] if inherit else [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0), (os.POSIX_SPAWN_DUP2, 0, 1)]
        # A session of its own from its first moment, where the system can: Ctrl-C is not for it.
        pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=null, setsid=sys.platform == "linux")
    finally:
        os.close(its_requests)
        os.close(its_control)
    return Spawned(pid, requests, control)


def explain(wait_status: int, time_limit: float | None) -> End:
    """What the status that `waitpid` gave means to a user."""
    import signal

    code = os.waitstatus_to_exitcode(wait_status)
    if code < 0:
        name = signal.strsignal(-code) or f"signal {-code}"
        return End(
            None, -code, f"The sandbox's process was ended by a signal ({name}); what the program did since its last output is lost."
        )
    if code == ENDED_BY_TIME:
        return End(code, None, f"The program reached its time limit of {time_limit or 0:g} s and was ended.")
    return End(code, None, "" if code == 0 else f"The sandbox's process ended with exit status {code}.")
