"""Runs the tables of `stepping/`: each case is one session."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from . import stepping
from .conftest import Debug
from .program import Program
from .session import Session, source_name
from .stepping import Case

COMMANDS = {"over": "next", "into": "stepIn", "out": "stepOut", "go": "continue"}
REASONS = {"stop": "breakpoint", "go": "breakpoint", "over": "step", "into": "step", "out": "step"}
STEP = re.compile(r"(?P<action>\w+) (?P<mark>\w+(\|\w+)*)(:(?P<reason>\w+))?(\?(?P<expression>.+))?")


def cases() -> list[Case]:
    modules = sorted(module.name for module in pkgutil.iter_modules(stepping.__path__))
    return [case for name in modules for case in importlib.import_module(f"{stepping.__name__}.{name}").CASES]


def place(session: Session, program: Program) -> str:
    """Where the program stands, in the words of the table."""
    stop = session.at()
    known = source_name(stop.frame) == program.path.name
    return program.names(stop.line) if known else f"{source_name(stop.frame)}:{stop.line}"


def take(session: Session, program: Program, step: str) -> None:
    match = STEP.fullmatch(step)
    assert match, f"not a step: {step!r}"
    action, mark = match["action"], match["mark"]
    if action != "stop":
        session.resume(COMMANDS[action])
    if mark == "end":
        assert session.finish() == 0
        return
    stop = session.stop()
    found = place(session, program)
    if not {*mark.split("|")} & {*found.split("/")}:
        raise AssertionError(f"{step}: stands at {found} in {stop.frame['name']}")
    if stop.reason != (match["reason"] or REASONS[action]):
        raise AssertionError(f"{step}: the reason is {stop.reason}")
    if match["expression"] and (value := session.value(match["expression"])) != "True":
        raise AssertionError(f"{step}: {match['expression']} is {value}")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_step(case: Case, debug: Debug) -> None:
    session = debug.start(case.program, case.breakpoints)
    assert session.program is not None
    done: list[str] = []
    for step in case.steps.split(";"):
        try:
            take(session, session.program, step.strip())
        except AssertionError as error:
            raise AssertionError(f"after {'; '.join(done) or 'the start'}: {error}") from error
        done.append(step.strip())


def test_names_are_unique() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))


def test_each_cell_of_the_documented_table_has_its_case() -> None:
    lines = [line for line in (Path(__file__).parents[2] / "docs/stepping.md").read_text().splitlines() if line.startswith("|")]
    _, *commands = [cell.strip() for cell in lines[0].strip("|").split("|")]
    assert commands == ["over", "into", "out", "elsewhere"]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert all(len(row) == len(commands) + 1 and all(row) for row in rows)
    cells = {f"{row[0]}: {command}" for row in rows for command in commands}
    tested = {case.name for case in cases() if case.breakpoints is not None}
    assert cells == tested
