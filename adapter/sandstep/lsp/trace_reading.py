"""The process that reads a trace: events in, figures by line out, as JSON rows of path, line, times and nanoseconds."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from sandstep.sandbox.profile import Profile
from sandstep.sandbox.trace_events import VERSION, TraceEvent

_BATCH = 10_000


def main(file: str) -> int:
    """The exit status; what is wrong with the file is one sentence on stderr."""
    profile = Profile()
    try:
        with open(file, encoding="utf-8") as opened:
            _check(opened.readline())
            events = _events(opened)
            while batch := [*islice(events, _BATCH)]:
                profile.write(batch)
    except OSError as error:
        print(f"{file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 1
    except (ValueError, TypeError, KeyError, AttributeError):
        print(f"{file} is no trace of version {VERSION}: write one with `sandstep run --trace FILE PROGRAM`.", file=sys.stderr)
        return 1
    profile.finish()
    rows: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for row in profile.by_line():
        figures = rows[row.file, row.line]
        figures[0] += row.times
        figures[1] += row.own
    json.dump([[path, line, *figures] for (path, line), figures in rows.items()], sys.stdout)
    return 0


def _check(header: str) -> None:
    said = json.loads(header)
    if said.get("schema") != "sandstep-trace" or said.get("version") != VERSION:
        raise ValueError


def _events(lines: Iterator[str]) -> Iterator[TraceEvent]:
    for line in lines:
        said = json.loads(line)
        yield TraceEvent(
            said["type"], said["time"], said.get("task", 0), said.get("file", ""), said.get("line", 0), said.get("function", ""),
            said.get("detail"),
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
