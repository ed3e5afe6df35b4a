"""Rings for a guest that runs at full speed, by writing into its memory: see `guest/image/poke.py`.

The guest's memory is found by the writable mapping of the compiled image in /proc/self/maps; the interpreter in it by CPython's published
`_Py_DebugOffsets` (cookie `xdebugpy`), whose place is a constant of the image.
"""

import ctypes
import sys

_COOKIE = b"xdebugpy"
_VERSION = 0x30E  # CPython 3.14
_INTERPRETERS_HEAD, _THREADS_HEAD = 5, 9  # indices of 64-bit fields of _Py_DebugOffsets
_EVAL_BREAKER = 12  # PyThreadState: prev, next, interp, eval_breaker; four bytes each
_COLLECTION_DUE = 1 << 4

ATTEND, INTERRUPT = 1, 2


class Doorbell:
    """The doorbell of the one guest that this process runs."""

    def __init__(self, compiled: str, runtime: int) -> None:
        self._compiled, self._runtime = compiled, runtime
        self.base = 0
        self._address = 0
        self._breaker: ctypes.c_uint8 | None = None
        self._early = 0

    def find(self) -> None:
        """Looks where the guest's memory is: it must be in place."""
        self.base = guest_memory(self._compiled)[0]

    def memory(self) -> tuple[int, int]:
        """Begin and end of the guest's memory."""
        return self.base, self.base + memory_size(self._compiled)

    def hang(self, address: int) -> None:
        """The guest says where in its memory the doorbell is; called by the guest's thread, when its memory is in place."""
        if not self.base:
            self.find()
        self._breaker = _eval_breaker(self.base, self._runtime)
        self._address = address
        if self._early:
            self.ring(self._early)

    def ring(self, reason: int) -> None:
        """Before the guest has hung it, this is kept for it."""
        if self._breaker is None:
            self._early |= reason
            return
        ctypes.c_uint32.from_address(self.base + self._address).value |= reason
        self._breaker.value |= _COLLECTION_DUE

    def is_unanswered(self) -> bool:
        """Whether the guest has not looked yet. It writes the interpreter's flags too, and may do so over ours: then ring again."""
        return self._breaker is not None and ctypes.c_uint32.from_address(self.base + self._address).value != 0


def supported() -> bool:
    return sys.platform == "linux"


def find_runtime(compiled: str) -> int | None:
    """Where `_PyRuntime` is in the memory of a guest that this process has just instantiated; None if it is not the layout that we know."""
    base, end = guest_memory(compiled)
    raw = ctypes.string_at(base, end - base)
    place = raw.find(_COOKIE)
    if place < 0 or raw.count(_COOKIE) != 1 or _offset(base, place, 1) >> 16 != _VERSION:
        return None
    interpreter = _u32(base + place + _offset(base, place, _INTERPRETERS_HEAD))
    thread = _u32(base + interpreter + _offset(base, place, _THREADS_HEAD))
    return place if _u32(base + thread + 8) == interpreter else None


def guest_memory(compiled: str) -> tuple[int, int]:
    """Begin and end of what is mapped of the guest's memory.

    The pages before the image's first data are an anonymous mapping, which touches that of the file.
    """
    before: tuple[int, int] | None = None
    with open("/proc/self/maps") as maps:
        for line in maps:
            fields = line.split(maxsplit=5)
            begin, end = (int(part, 16) for part in fields[0].split("-"))
            if fields[1].startswith("rw") and fields[-1].strip() == compiled:
                return (before[0] if before and before[1] == begin else begin), end
            before = (begin, end) if fields[1].startswith("rw") and len(fields) == 5 else None
    raise LookupError("the guest's memory is not mapped from the compiled image")


def memory_size(compiled: str) -> int:
    """Bytes of memory that the guest of this process has."""
    begin, end = guest_memory(compiled)
    with open("/proc/self/maps") as maps:
        for line in maps:
            place, mode, _ = line.split(maxsplit=2)
            low, high = place.split("-")
            if int(low, 16) == end and mode.startswith("rw"):
                end = int(high, 16)
    return end - begin


def _u32(address: int) -> int:
    return ctypes.c_uint32.from_address(address).value


def _offset(base: int, runtime: int, index: int) -> int:
    return ctypes.c_uint64.from_address(base + runtime + 8 * index).value


def _eval_breaker(base: int, runtime: int) -> ctypes.c_uint8:
    """The flags alone: the bytes above them hold the version of sys.monitoring's events, which must not be written back stale."""
    interpreter = _u32(base + runtime + _offset(base, runtime, _INTERPRETERS_HEAD))
    thread = _u32(base + interpreter + _offset(base, runtime, _THREADS_HEAD))
    return ctypes.c_uint8.from_address(base + thread + _EVAL_BREAKER)
