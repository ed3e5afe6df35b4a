"""Where workers come from, and where they wait: a zygote process that lives as long as this one forks them, some for each set of grants."""

import atexit
import contextlib
import os
import select
import socket
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable

from . import cache
from .forker import ANSWER, FORK, KILL, REQUEST, STATUS, UNKNOWN
from .messages import Grants
from .shared_channel import SharedChannel
from .spawn import command_of

_READY = 2
"""So many workers with grants that are asked for again are forked ahead."""
_IDLE = 4
"""So many workers with the same grants are kept."""
_GRANTS = 8
"""Of so many sets of grants workers are kept: each has a guest of its own."""
_RUNS = 200
"""After so many runs a worker is replaced by another one, whatever it may have become."""


class Asker:
    """This process's end of a forker."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._lock = threading.Lock()
        self._last = 0

    def fork(self, words: bytes, sockets: list[socket.socket]) -> int:
        """Asks for a child, which gets the sockets; its number. Does not wait: a fork that fails closes them. Raises OSError."""
        with self._lock:
            self._last = self._last % 0xFFFFFFFF + 1
            socket.send_fds(self._socket, [REQUEST.pack(FORK, self._last, len(words)) + words], [each.fileno() for each in sockets])
            return self._last

    def kill(self, number: int) -> None:
        with self._lock, contextlib.suppress(OSError):
            self._socket.sendall(REQUEST.pack(KILL, number, 0))

    def status(self, number: int) -> int:
        """The wait status of a child that has ended; UNKNOWN if the forker is gone, too."""
        with self._lock:
            try:
                self._socket.sendall(REQUEST.pack(STATUS, number, 0))
                answer = self._socket.recv(ANSWER.size, socket.MSG_WAITALL)
            except OSError:
                return UNKNOWN
        if len(answer) < ANSWER.size:
            return UNKNOWN
        status: int = ANSWER.unpack(answer)[1]
        return status

    def alive(self) -> bool:
        """Whether the other end is there: it says nothing by itself, so all that can be read is its end."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        self._socket.close()


class Line(SharedChannel):
    """The connection with one worker: frames, and its end.

    `runs` counts what it was asked to run.
    """

    def __init__(self, grants: Grants, parent: Asker, number: int, requests: socket.socket, control: socket.socket) -> None:
        super().__init__(requests)
        self.grants, self.runs = grants, 0
        self._parent, self._number = parent, number
        self._requests, self._control = requests, control

    def alive(self) -> bool:
        """Whether the worker is there, as far as one can tell of one that has not been asked for anything."""
        return self.is_quiet()

    def cancel(self) -> None:
        """Asks the worker to end, after the guest has written out what it holds."""
        with contextlib.suppress(OSError):
            self._control.send(b"k")

    def kill(self) -> None:
        self._parent.kill(self._number)

    def last_words(self) -> str:
        """What the worker said of its own end; "" if it could not."""
        said = b""
        with contextlib.suppress(OSError):
            self._control.settimeout(5)
            while len(said) < 4096 and (part := self._control.recv(4096)):
                said += part
        return said.decode(errors="replace")

    def status(self) -> int:
        return self._parent.status(self._number)

    def close(self) -> None:
        """Ends the worker, if it has not ended. May be called again."""
        for end in (self._control, self._requests):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # a thread that sends an answer gets to know
            end.close()

    def forget(self) -> None:
        """Lets go of it in a fork of the process whose worker it is."""
        self._control.close()
        self._requests.close()


class Nursery:
    """All workers of this process. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._zygote: Asker | None = None
        self._zygote_pid = 0
        self._idle: OrderedDict[Grants, deque[Line]] = OrderedDict()

    def worker(self, grants: Grants) -> Line:
        """A worker with these grants and a fresh guest.

        Raises ImageError where there is no image, OSError where there can be no more processes.
        """
        with self._lock:
            if self._pid != os.getpid():
                self._forget()
            idle = self._idle.get(grants)
            if idle is None:
                self._idle[grants] = deque()
                while len(self._idle) > _GRANTS:
                    _close(self._idle.popitem(last=False)[1])
                return self._fork(grants)
            self._idle.move_to_end(grants)
            while len(idle) <= _READY:
                idle.append(self._fork(grants))
            line = idle.popleft()
        if line.alive():
            return line
        line.close()
        return self.worker(grants)

    def give_back(self, line: Line) -> None:
        """A worker whose guest has run its program: it begins with another guest by itself."""
        with self._lock:
            idle = self._idle.get(line.grants)
            if idle is not None and len(idle) < _IDLE and line.runs < _RUNS and self._pid == os.getpid():
                idle.append(line)
                return
        line.close()

    def _fork(self, grants: Grants) -> Line:
        zygote = self._living_zygote()
        requests, its_requests = socket.socketpair()
        control, its_control = socket.socketpair()
        with its_requests, its_control:
            try:
                number = zygote.fork(grants.encode(), [its_requests, its_control])
            except OSError:
                requests.close()
                control.close()
                raise
        return Line(grants, zygote, number, requests, control)

    def _forget(self) -> None:
        """This process is a fork of the one that had these: they are not ours."""
        for lines in self._idle.values():
            for line in lines:
                line.forget()
        self._idle.clear()
        if self._zygote is not None:
            self._zygote.close()
        self._zygote, self._pid = None, os.getpid()

    def _living_zygote(self) -> Asker:
        if self._zygote is None or not self._zygote.alive():
            if not hasattr(os, "fork"):
                raise OSError("Sandbox needs a system that can fork: use Linux, macOS, or the Linux subsystem of Windows.")
            self._bury()
            if cache.compiled() is None:
                from . import image

                image.ensure(lambda title, fraction: None)
            ours, its = socket.socketpair()
            with its:
                its.set_inheritable(True)
                command = command_of("zygote", its.fileno())
                null = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0), (os.POSIX_SPAWN_DUP2, 0, 1)]
                self._zygote_pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=null)
            self._zygote = Asker(ours)
        return self._zygote

    def _bury(self) -> None:
        if self._zygote is not None:
            self._zygote.close()
            os.waitpid(self._zygote_pid, 0)
            self._zygote = None

    def close(self) -> None:
        """Ends the zygote and the workers."""
        with self._lock:
            if self._pid == os.getpid():
                for lines in self._idle.values():
                    _close(lines)
                self._idle.clear()
                self._bury()


def _close(lines: Iterable[Line]) -> None:
    for line in lines:
        line.close()


NURSERY = Nursery()
atexit.register(NURSERY.close)
