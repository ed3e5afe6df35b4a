"""What passes between the server and the process that reads files, and what the cache keeps."""

import os

import msgspec

from .model import Module

BATCH = 50
"""So many files come in one answer."""
SIZE = 4
"""Bytes of the length before each answer, little endian."""


class Entry(msgspec.Struct, array_like=True):
    """A file as it was when it was read; `module` is None for one that is no text."""

    path: str
    stamp: tuple[int, int]
    module: Module | None


class Stored(msgspec.Struct, array_like=True):
    """What the cache keeps of a workspace; `version` names the code that wrote it."""

    version: str
    entries: list[Entry]


def stamp_of(path: str) -> tuple[int, int] | None:
    """What changes when the file does; None if there is no such file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
