"""The process that reads files for the index: paths come in on stdin as one msgpack list, facts go out in batches."""

import sys
from collections.abc import Iterator

import msgspec

from .entries import BATCH, SIZE, Entry, stamp_of
from .index import read
from .syntax import DEEPEST


def main() -> None:
    sys.setrecursionlimit(DEEPEST)
    paths = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[str])
    for batch in _batches(paths):
        data = msgspec.msgpack.encode(batch)
        sys.stdout.buffer.write(len(data).to_bytes(SIZE, "little") + data)
        sys.stdout.buffer.flush()


def _batches(paths: list[str]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for path in paths:
        stamp = stamp_of(path)
        if stamp is not None:
            batch.append(Entry(path, stamp, read(path)))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    main()
