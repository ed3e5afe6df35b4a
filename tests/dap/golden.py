"""Golden transcripts: all that was said in a session, as text, with what changes from run to run made stable.

`SANDSTEP_GOLDEN=write` rewrites the files. A transcript that differs is left beside the expected one as `*.received`.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any

from .client import Entry, Message

FOLDER = Path(__file__).parent / "golden"
# Numbers that differ from run to run, or mean nothing but "the same one again": they get names in order of appearance.
NUMBERED = {
    "variablesReference": "reference",
    "frameId": "frame",
    "threadId": "thread",
    "sourceReference": "source",
    "systemProcessId": "process",
    "hitBreakpointIds": "breakpoint",
    "memoryReference": "memory",
}
# Objects whose `id` is of one of these kinds, by the key under which they stand.
IDENTIFIED = {
    "stackFrames": "frame",
    "threads": "thread",
    "breakpoints": "breakpoint",
    "breakpoint": "breakpoint",
    "modules": "module",
    "module": "module",
}
ADDRESS = re.compile(r"0x[0-9a-f]{5,}")


class Stable:
    """Replaces what changes from run to run."""

    def __init__(self, folders: dict[str, str]) -> None:
        self.folders = folders
        self.names: dict[tuple[str, Any], str] = {}

    def name(self, kind: str, number: Any) -> Any:
        if number in (0, None):
            return number
        known = sum(1 for other, _ in self.names if other == kind)
        return self.names.setdefault((kind, number), f"<{kind} {known + 1}>")

    def text(self, text: str) -> str:
        for folder, name in self.folders.items():
            text = text.replace(folder, name)
        return ADDRESS.sub("0x…", text)

    def value(self, value: Any, key: str = "", within: str = "") -> Any:
        if key in NUMBERED and not isinstance(value, list | dict):
            return self.name(NUMBERED[key], value)
        if key == "id" and within in IDENTIFIED:
            return self.name(IDENTIFIED[within], value)
        match value:
            case dict():
                return {name: self.value(inner, name, key) for name, inner in value.items()}
            case list():
                return [self.value(inner, key, within) if isinstance(inner, dict | list) else self.value(inner, key) for inner in value]
            case str():
                return self.text(value)
        return value


def line(entry: Entry, stable: Stable) -> str:
    """A message on one line: who, what, and the body."""
    message = entry.message
    match message["type"]:
        case "request":
            head, body = message["command"], message.get("arguments")
        case "response":
            head = f"{message['command']} {'answers' if message['success'] else 'fails'}"
            body = message.get("body") if message["success"] else message.get("body") or message.get("message")
        case _:
            head, body = f"event {message['event']}", message.get("body")
    shown = json.dumps(stable.value(body), ensure_ascii=False, sort_keys=True) if body else ""
    return f"{'→' if entry.outgoing else '←'} {head} {shown}".rstrip()


def transcript(log: list[Entry], folders: dict[str, str]) -> str:
    """All that was said after `initialize`, whose answer is long and always the same."""
    stable = Stable(folders)
    return "".join(line(entry, stable) + "\n" for entry in merged(log) if entry.message.get("command") != "initialize")


def merged(log: list[Entry]) -> list[Entry]:
    """Output of one category and place in a row as one message: how it is cut is nobody's business."""
    kept: list[Entry] = []
    for entry in log:
        body = entry.message.get("body") or {}
        before: Message = kept[-1].message if kept else {}
        if entry.message.get("event") == "output" == before.get("event"):
            old = before["body"]
            if {k: v for k, v in old.items() if k != "output"} == {k: v for k, v in body.items() if k != "output"}:
                kept[-1] = Entry(False, entry.at, {**before, "body": {**old, "output": old["output"] + body["output"]}})
                continue
        kept.append(entry)
    return kept


def check(name: str, received: str) -> None:
    """Compares with the golden file, or rewrites it."""
    path = FOLDER / f"{name}.txt"
    left = path.with_suffix(".received")
    FOLDER.mkdir(exist_ok=True)
    if os.environ.get("SANDSTEP_GOLDEN") == "write":
        path.write_text(received)
        left.unlink(missing_ok=True)
        return
    expected = path.read_text() if path.exists() else ""
    if received != expected:
        left.write_text(received)
        lines = difflib.unified_diff(expected.splitlines(), received.splitlines(), str(path), str(left), lineterm="", n=1)
        raise AssertionError("the transcript differs (SANDSTEP_GOLDEN=write rewrites it):\n" + "\n".join(lines))
    left.unlink(missing_ok=True)
