"""A process that forks on request, and tells how its children ended: the zygote."""

import os
import select
import signal
import socket
import struct
from typing import NamedTuple

REQUEST = struct.Struct("<cII")
"""What is asked of a forker: a letter (below), the number that the asker gave the child, and the length of what follows."""
FORK, KILL, STATUS = b"F", b"K", b"S"
ANSWER = struct.Struct("<Ii")
"""The answer to STATUS: the child's number, and what `waitpid` said of it; UNKNOWN if there never was such a child."""
UNKNOWN = -1
_REMEMBERED = 1000


class Born(NamedTuple):
    """What a child was made for: the words of the asker, and the sockets that it sent along."""

    words: bytes
    sockets: list[socket.socket]


class Forker:
    """Serves the socket of one asker. Must be made in the main thread of a process that has nothing else to do."""

    def __init__(self, asker: socket.socket) -> None:
        self._asker = asker
        self._children: dict[int, int] = {}
        self._ended: dict[int, int] = {}
        self._died, self._dies = os.pipe()
        os.set_blocking(self._dies, False)
        os.set_blocking(self._died, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._dies, warn_on_full_buffer=False)

    def serve(self) -> Born:
        """Returns in each child. The process itself ends here, when nobody is left who could ask."""
        while True:
            readable, _, _ = select.select([self._asker.fileno(), self._died], [], [])
            if self._died in readable:
                self._reap()
            if self._asker.fileno() in readable:
                born = self._obey()
                if born is not None:
                    return born

    def _reap(self) -> None:
        try:
            while os.read(self._died, 4096):
                continue
        except BlockingIOError:
            pass
        for number, pid in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._note(number, status)

    def _note(self, number: int, status: int) -> None:
        del self._children[number]
        self._ended[number] = status
        if len(self._ended) > _REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def _obey(self) -> Born | None:
        head, descriptors, _, _ = socket.recv_fds(self._asker, REQUEST.size, 4, socket.MSG_WAITALL)
        if len(head) < REQUEST.size:
            os._exit(0)
        what, number, size = REQUEST.unpack(head)
        words = self._asker.recv(size, socket.MSG_WAITALL) if size else b""
        if what == FORK:
            return self._fork(number, words, [socket.socket(fileno=each) for each in descriptors])
        if what == KILL and number in self._children:
            os.kill(self._children[number], signal.SIGKILL)
        elif what == STATUS:
            self._asker.sendall(ANSWER.pack(number, self._status(number)))
        return None

    def _status(self, number: int) -> int:
        if number in self._children:
            self._note(number, os.waitpid(self._children[number], 0)[1])
        return self._ended.get(number, UNKNOWN)

    def _fork(self, number: int, words: bytes, sockets: list[socket.socket]) -> Born | None:
        try:
            pid = os.fork()
        except OSError:
            pid = -1  # the asker sees the sockets close
        if pid == 0:
            signal.set_wakeup_fd(-1)
            self._asker.close()
            os.close(self._died)
            os.close(self._dies)
            return Born(words, sockets)
        if pid > 0:
            self._children[number] = pid
        for each in sockets:
            each.close()
        return None
