"""Shows on a terminal how far a program is, in one line that is written over again and again."""

import msgspec

from . import trace_frames

EVERY = 0.25
"""Seconds between two looks."""


class Progress(msgspec.Struct):
    """Where a program is: `rate` is lines a second, 0 while it waits; `tasks` those of the running event loop."""

    file: str
    function: str
    rate: int
    tasks: int
    line: int = 0


_decoder = msgspec.json.Decoder(Progress)


def decode(frame: bytes) -> Progress | None:
    """What a frame `T` says of the progress; None if it is of something else."""
    line, said, _ = trace_frames.parts(frame)
    try:
        told = _decoder.decode(said)
    except msgspec.MsgspecError:
        return None
    told.line = line
    return told


def text(progress: Progress, elapsed: float, width: int) -> str:
    """One line about it, no longer than `width`."""
    where = f"{progress.file}:{progress.line} in {progress.function}" if progress.line else "waiting, or inside of one long call"
    tasks = f" · {progress.tasks} tasks" if progress.tasks else ""
    said = f"{elapsed:6.1f} s · {progress.rate:,} lines/s{tasks} · {where}"
    printable = "".join(each if each.isprintable() else "?" for each in said)
    return printable if len(printable) <= width else printable[: width - 1] + "…"
