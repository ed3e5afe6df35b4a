"""Copies the pages of its memory that a guest writes to anyway before it runs: a fault for each costs more than all of them at once."""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator

_POPULATE_WRITE = 23  # MADV_POPULATE_WRITE, of Linux 5.14
_PRESENT, _FILE = 1 << 63, 1 << 61  # as the kernel's documentation of pagemap has them


class HotPages:
    """Which pages of its memory a guest has written to; others that come from the same image write to them, too."""

    def __init__(self, memory: tuple[int, int] | None) -> None:
        """`memory`: begin and end of that of a guest that has run. None, and where the system does not tell: there are no such pages."""
        self._ranges = list(_written(*memory)) if memory is not None else []
        if self._ranges:
            self._advise = ctypes.CDLL(None).madvise
            self._advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]

    def copy(self, base: int) -> None:
        """Copies them for the guest whose memory begins at `base`."""
        for place, length in self._ranges:
            self._advise(base + place, length, _POPULATE_WRITE)


def _written(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Place and length of each run of pages that are no longer those of the image's file."""
    if sys.platform != "linux":
        return
    size = os.sysconf("SC_PAGESIZE")
    try:
        with open("/proc/self/pagemap", "rb", buffering=0) as pagemap:
            pagemap.seek(begin // size * 8)
            data = pagemap.read((end - begin) // size * 8)
    except OSError:
        return
    first = -1
    entries = struct.unpack(f"<{len(data) // 8}Q", data)
    for page, entry in enumerate((*entries, 0)):
        written = entry & _PRESENT and not entry & _FILE
        if written and first < 0:
            first = page
        elif not written and first >= 0:
            yield first * size, (page - first) * size
            first = -1
