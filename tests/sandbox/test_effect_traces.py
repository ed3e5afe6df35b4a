"""Traces of programs of effects: dispatches, their answers, and the tasks of schedulers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandstep.sandbox import Sandbox, Trace, TraceEvent

from .command import sandstep

PROGRAM = """from dataclasses import dataclass
from sandstep.effects import Ask, Delegate, Effect, Gather, Get, Pass, Put, Resume, Spawn, WithHandler, Yield, do, run

@dataclass(frozen=True)
class Ping(Effect):
    n: int

@dataclass(frozen=True)
class Nobody(Effect):
    pass

def ping(effect: Ping, k):
    return (yield Resume(k, effect.n * 2))

def passes(effect: Ping, k):
    yield Pass()

def gives_up(effect: Nobody, k):
    return "given up"
    yield

@do
def child(n):
    yield Yield()
    return n + (yield Ask("one"))

@do
def doomed():
    yield Nobody()

@do
def main():
    a = yield Ping(4)
    yield Put("a", a)
    tasks = [(yield Spawn(child(1))), (yield Spawn(child(2)))]
    numbers = yield Gather(*tasks)
    try:
        yield Ask("missing")
    except KeyError:
        pass
    try:
        yield Nobody()
    except Exception:
        pass
    return a, numbers, (yield WithHandler(gives_up, doomed())), (yield Get("a"))

result = run(WithHandler(ping, WithHandler(passes, main())), env={"one": 1})
"""


def traced(**how: Any) -> list[TraceEvent]:
    with Sandbox() as box:
        result = box.run(PROGRAM, **{"trace": True, **how}).check()
    assert result.value == [8, [2, 3], "given up", 8]
    return result.events


def details(events: list[TraceEvent], kind: str) -> list[dict[str, Any]]:
    return [each.detail or {} for each in events if each.type == kind]


def test_each_dispatch_is_told_with_its_place_and_its_end() -> None:
    events = traced()
    dispatched, handled = details(events, "effect_dispatched"), details(events, "effect_handled")
    assert sorted(each["dispatch"] for each in dispatched) == sorted(each["dispatch"] for each in handled)
    assert [each["effect"] for each in dispatched][:4] == ["Ping", "Put", "Spawn", "Spawn"]
    ping = next(each for each in events if each.type == "effect_dispatched")
    assert (ping.file, ping.function, ping.line) == ("<string>", "main", 33)
    ends = {(each["effect"], each["handler"], each["outcome"]) for each in handled}
    assert ends == {
        ("Ping", "ping", "resumed"),
        ("Put", "state", "resumed"),
        ("Get", "state", "resumed"),
        ("Spawn", "scheduler", "resumed"),
        ("Gather", "scheduler", "resumed"),
        ("Yield", "scheduler", "resumed"),
        ("Ask", "reader", "resumed"),
        ("Ask", "reader", "threw"),
        ("Nobody", "", "unhandled"),
        ("Nobody", "gives_up", "returned"),
    }
    assert all(each["duration"] > 0 for each in handled)


def test_tasks_of_effects_are_tasks() -> None:
    events = traced()
    names = {each["task"]: each["name"] for each in details(events, "task_start")}
    assert list(names.values()) == ["main", "child", "child"]
    assert {each.task for each in events if each.function == "child"} == {number for number, name in names.items() if name == "child"}
    assert {each.task for each in events if each.function == "main"} == {1}
    assert [each["outcome"] for each in details(events, "task_end")] == ["done"] * 3
    assert events[-1].task == 0


def test_the_librarys_own_code_is_left_out() -> None:
    assert {each.file for each in traced()} == {"<string>", "<sandbox>"}


def test_fields_are_told_with_the_locals() -> None:
    assert all("fields" not in each for each in details(traced(), "effect_dispatched"))
    told = details(traced(trace=Trace(locals=True)), "effect_dispatched")
    assert told[0]["fields"] == "n=4"
    assert told[1]["fields"] == "key='a', value=8"


def test_perfetto_shows_them_as_spans(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    out = tmp_path / "out.json"
    assert sandstep("run", "--trace", str(out), "--trace-format", "perfetto", str(tmp_path / "prog.py")).status == 0
    spans = [each for each in json.loads(out.read_text()) if each.get("cat") == "effect"]
    begun = {(each["id"], each["name"]) for each in spans if each["ph"] == "b"}
    assert begun == {(each["id"], each["name"]) for each in spans if each["ph"] == "e"}
    assert {name for _, name in begun} >= {"Ping", "Gather"}


def test_off_nothing_is_watched() -> None:
    code = "from sandstep.effects import instruments as i, native\nresult = [i.observer is None, type(i.new_machine(native.FACE)).__name__]"
    with Sandbox() as box:
        assert box.run(code).check().value == [True, "Machine"]
