"""A worker's side of calls of the host: hands on what the guest calls, and waits for the answers."""

from math import inf
from time import perf_counter

from .channel import Channel, Closed
from .control import Control

_GONE = '[[0,false,"RuntimeError","the process of the callbacks has ended"]]'
OF_A_CLONE = '[[0,false,"RuntimeError","this is a copy of the program, made to look at it: it cannot call the host"]]'
"""Answers to all calls: a guest takes the number 0 for each of its own."""


class Invoking:
    """The calls of one run. `mark` is in front of each answer, so that those of other runs are told apart."""

    def __init__(self, host: Channel, control: Control, mark: bytes) -> None:
        self._host, self._control, self._mark = host, control, mark
        self._waiting = control.waiting_for(host.fileno())

    def invoke(self, calls: str, nanoseconds: int | None) -> str | None:
        """As `invoke` of wit/. Raises Closed."""
        if calls:
            self._host.send(b"c" + calls.encode())
        frame = self._host.look_out() if nanoseconds != 0 else self._host.buffered()
        if frame is None:
            began = perf_counter()
            ready = [descriptor for descriptor, _ in self._waiting.poll(_milliseconds(nanoseconds))]
            self._host.slept(perf_counter() - began if ready else inf)
            if self._control.wake in ready:
                self._control.woken()
                return None
            if not ready:
                return ""
            frame = self._host.poll()
        answers = []
        while frame is not None:
            if frame.startswith(self._mark, 1):
                answers.append(frame[1 + len(self._mark) :].decode())
            frame = self._host.buffered()
        return "[" + ",".join(answers) + "]"

    def invoke_if_there(self, calls: str, nanoseconds: int | None) -> str | None:
        """The same, for a host that may be gone while the program goes on."""
        try:
            return self.invoke(calls, nanoseconds)
        except Closed:
            return _GONE

    def close(self) -> None:
        self._host.close()


def _milliseconds(nanoseconds: int | None) -> float | None:
    """As `poll` takes it, which cuts off the fraction: what is less than a millisecond is one."""
    return None if nanoseconds is None else min((nanoseconds + 999_999) // 1_000_000, 10**9)


def seconds(nanoseconds: int | None) -> float | None:
    """As `select` takes it; a million seconds at most."""
    return None if nanoseconds is None else min(nanoseconds / 1e9, 1e6)
