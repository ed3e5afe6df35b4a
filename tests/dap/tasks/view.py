"""A stopped program as text: every thread with its stack, in the form that the tables have."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from ..client import Message
from ..program import Program
from ..session import Session, source_name

_EDGE = re.compile(r"── in task (?P<task>.+?)(?: · spawned at (?P<site>.+))? ──", re.DOTALL)
_HANDLER = re.compile(r"(?P<name>\S+) · handles (?P<effect>\w+)")
_CALL = re.compile(r"\w+\(.*", re.DOTALL)
_WIDTH, _EFFECT = 120, 50


@dataclass(frozen=True)
class Thread:
    """A thread of one stop."""

    id: int
    name: str
    stopped: bool
    stack: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.name}{' *' if self.stopped else ''} : {' < '.join(self.stack) or '-'}"


def threads(session: Session, program: Program) -> list[Thread]:
    """All threads, as an editor asks for them at a stop."""
    stopped = session.at().thread
    return [
        Thread(each["id"], str(each["name"]), each["id"] == stopped, stack(session, program, each["id"]))
        for each in session.client.request("threads")["threads"]
    ]


def stack(session: Session, program: Program, thread: int) -> tuple[str, ...]:
    """One thread's frames, innermost first."""
    return tuple(frame_text(frame, program) for frame in session.frames(thread))


def frame_text(frame: Message, program: Program) -> str:
    name, where = str(frame["name"]), place(frame, program)
    edge = _EDGE.fullmatch(name)
    if edge is not None:
        assert frame.get("presentationHint") == "label", frame
        assert (edge["site"] is None) == (where == ""), frame
        return f"[{edge['task']}{where and ' '}{where}]"
    handler = _HANDLER.fullmatch(name)
    if handler is not None:
        return f"{handler['name']}!{handler['effect']}{where}"
    return f"{shortened(name)}?{where}" if _CALL.fullmatch(name) else f"{name}{where}"


def shortened(effect: str) -> str:
    """An effect's text, so short that a table stays readable."""
    return effect if len(effect) <= _EFFECT else f"{effect[: _EFFECT - 1]}…"


def place(frame: Message, program: Program) -> str:
    """`@mark` for a line of the program, `@file` elsewhere."""
    file = source_name(frame)
    if not file:
        return ""
    if (frame.get("source") or {})["path"] != str(program.path):
        return f"@{file}"
    return "@" + program.names(int(frame["line"])).replace("line ", "")


def wrapped(text: str) -> str:
    """Long stacks over several lines, as tables may have them."""
    lines = []
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(
            line.replace(" < ", "\0< ").replace(" ", "\1").replace("\0", " "),
            _WIDTH,
            subsequent_indent=f"{indent}\1\1\1\1",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "".join(f"{line}\n" for line in lines).replace("\1", " ")


def joined(text: str) -> str:
    """The same with a line for each stack."""
    return re.sub(r"\n\s*<", " <", text)
