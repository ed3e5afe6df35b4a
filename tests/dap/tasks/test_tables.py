"""Runs the tables of this folder: each case is one session."""

from __future__ import annotations

import importlib
import os
import pkgutil
import textwrap
from pathlib import Path

import pytest

from .. import program as programs
from ..conftest import Debug
from ..program import Program
from ..session import Session
from . import Case, __path__, view

PROGRAMS = Path(__file__).parent / "programs"
COMMANDS = {"over": "next", "into": "stepIn", "out": "stepOut", "go": "continue"}
REASONS = {"over": "step", "into": "step", "out": "step", "raise": "exception"}


def cases() -> list[Case]:
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("of_"))
    return [case for name in modules for case in importlib.import_module(f"{__package__}.{name}").CASES]


class Watch:
    """What must hold from stop to stop: a task keeps its thread id, and no id is used twice; the events tell the same."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.names = {1: "main program"}
        self.living = {1}
        self.ended: set[int] = set()

    def stop(self, threads: list[view.Thread]) -> None:
        told = [event["body"] for event in self.session.client.pending if event["event"] == "thread"]
        for body in told:
            thread = body["threadId"]
            if body["reason"] == "started":
                assert thread not in self.living | self.ended, f"thread {thread} starts again"
                self.living.add(thread)
            else:
                assert thread in self.living, f"thread {thread} ends, and never began"
                self.living.discard(thread)
                self.ended.add(thread)
        self.session.client.pending[:] = [event for event in self.session.client.pending if event["event"] != "thread"]
        for each in threads:
            name = each.name.partition(" · ")[0]
            assert self.names.setdefault(each.id, name) == name, f"thread {each.id} was {self.names[each.id]}, and is {name}"
            assert each.id not in self.ended, f"thread {each.id} has ended, and is there"
        self.living |= {each.id for each in threads}
        assert len({each.id for each in threads}) == len(threads)
        assert sum(each.stopped for each in threads) == 1


def take(session: Session, program: Program, step: str, watch: Watch) -> str:
    """Does a step and says what is to be seen then."""
    action, _, mark = step.partition(" ")
    if step == "end":
        session.finish()
        return "end\n"
    if session.stopped is not None:
        session.resume(COMMANDS.get(action, "continue"))
    stop = session.stop()
    assert stop.reason == REASONS.get(action, "breakpoint"), stop
    threads = view.threads(session, program)
    watch.stop(threads)
    assert mark, step
    return f"{action} {session.where()}\n" + "".join(f"  {each.text}\n" for each in threads)


def seen(session: Session, table: str) -> str:
    """What is seen where a table's steps lead."""
    assert session.program is not None
    watch = Watch(session)
    steps = [line for line in table.splitlines() if line and not line.startswith(" ")]
    return "".join(take(session, session.program, step, watch) for step in steps)


def check(session: Session, table: str) -> str:
    """Compares; what is seen instead, ready to be put in its place, is in the failure's message."""
    expected = view.joined(textwrap.dedent(table).lstrip("\n"))
    received = seen(session, expected)
    assert received == expected, "\n" + view.wrapped(received)
    return received


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_table(case: Case, debug: Debug) -> None:
    check(debug.start(case.program, **case.launch), case.table)


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.stem)
def test_program(path: Path, debug: Debug) -> None:
    """The programs that people write. `SANDSTEP_GOLDEN=write` writes what is seen at the steps of the table anew."""
    table = path.with_suffix(".txt")
    session = debug.session().start(programs.read(path))
    if os.environ.get("SANDSTEP_GOLDEN") == "write":
        table.write_text(view.wrapped(seen(session, table.read_text())))
    else:
        check(session, table.read_text())


def test_names_are_unique() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))
