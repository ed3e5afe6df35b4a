"""Traces: the events, their tasks, streams, files, the profile and the progress."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from sandstep.sandbox import Limits, Sandbox, Trace, TraceEvent
from sandstep.sandbox.progress import Progress, text

from .command import sandstep

SMALL = """def f(n):
    return n + 1

x = f(1)
try:
    int("z")
except ValueError:
    pass
for each in iter([1]):
    pass
"""
TASKS = """import asyncio

async def job(n):
    await asyncio.sleep(0)
    return n

async def main():
    return await asyncio.gather(job(1), job(2))

asyncio.run(main())
"""


def events(code: str, **how: Any) -> list[TraceEvent]:
    with Sandbox(callbacks={"ping": lambda: "pong"}) as box:
        result = box.run(code, **{"trace": True, **how})
    assert result.error is None
    assert all(a.time <= b.time for a, b in zip(result.events, result.events[1:], strict=False))
    return result.events


def test_every_line_call_return_and_exception() -> None:
    found = [(each.type, each.line, each.function) for each in events(SMALL)]
    assert found == [
        ("call", 1, "<module>"),
        ("line", 1, "<module>"),
        ("line", 4, "<module>"),
        ("call", 1, "f"),
        ("line", 2, "f"),
        ("return", 2, "f"),
        ("line", 5, "<module>"),
        ("line", 6, "<module>"),
        ("exception", 6, "<module>"),
        ("line", 7, "<module>"),
        ("line", 8, "<module>"),
        ("line", 9, "<module>"),
        ("line", 10, "<module>"),
        ("line", 9, "<module>"),
        ("return", 9, "<module>"),
    ]


def test_exceptions_say_what_they_are() -> None:
    (one,) = [each for each in events(SMALL) if each.type == "exception"]
    assert one.detail == {"type": "ValueError", "message": "invalid literal for int() with base 10: 'z'"}


def test_async_code_is_traced_with_its_tasks() -> None:
    found = events(TASKS)
    jobs = [each for each in found if each.function == "job"]
    of_task = {each.task for each in jobs}
    assert len(of_task) == 2
    for task in of_task:
        assert [each.type for each in jobs if each.task == task] == ["call", "line", "yield", "resume", "line", "return"]
    assert {each.detail["task"] for each in found if each.type == "task_start" and each.detail} >= of_task
    ends = [each.detail for each in found if each.type == "task_end"]
    assert {"task": min(of_task), "outcome": "done"} in ends


def test_callbacks_are_traced_with_their_duration() -> None:
    found = [each for each in events("await ping()") if each.type.startswith("callback")]
    assert [(each.type, (each.detail or {})["name"]) for each in found] == [("callback_start", "ping"), ("callback_end", "ping")]
    assert (found[1].detail or {})["duration"] > 0


def test_a_call_of_the_host_is_at_the_line_that_makes_it() -> None:
    code = "import asyncio\nasync def asks():\n    await ping()\nawait asks()\nawait asyncio.create_task(ping())\n"
    starts = [each for each in events(code) if each.type == "callback_start"]
    assert [(each.function, each.line) for each in starts] == [("asks", 3), ("<module>", 0)]


def test_internal_functions_and_the_library_are_left_out_unless_asked_for() -> None:
    code = "import json\ndef _hidden(): return 1\n_hidden()\njson.loads('[1]')"
    assert {each.function for each in events(code)} == {"<module>"}
    assert {"_hidden", "loads", "JSONDecoder.decode"} <= {each.function for each in events(code, trace=Trace(internal=True))}


def test_locals_are_bounded_and_run_no_code() -> None:
    code = "class A:\n    def __repr__(self): raise SystemExit\ndef f(a, b):\n    return b\nf(A(), 'x' * 10**6)"
    found = [each for each in events(code, trace=Trace(locals=True)) if each.function == "f"]
    assert [each.type for each in found] == ["call", "line", "return"]
    names = (found[1].context or {})["locals"]
    assert set(names) == {"a", "b"}
    assert all(len(value) <= 200 for value in names.values())


@pytest.mark.parametrize("trace", [True, Trace(locals=True)])
def test_lone_surrogates_are_written_as_python_writes_them(trace: bool | Trace) -> None:
    code = r"""exec(compile('def f():\n  raise ValueError("\\ud800")', 'a\ud800', 'exec'))
try:
    f()
except ValueError:
    pass"""
    with Sandbox() as box:
        events = box.run(code, trace=trace).check().events
    raised = next(event for event in events if event.type == "exception")
    assert (raised.file, raised.detail) == (r"a\ud800", {"type": "ValueError", "message": r"\ud800"})


def test_streamed_to_a_callback_or_an_iterator() -> None:
    batches: list[list[TraceEvent]] = []
    with Sandbox() as box:
        result = box.run("for i in range(50_000):\n    pass", on_trace=batches.append)
        assert result.events == []
        assert sum(len(batch) for batch in batches) > 50_000
        assert len(batches) < 1000
        running = box.start(SMALL)
        assert [each.type for each in running][:2] == ["call", "line"]
        assert running.result().check().exit_code == 0


def test_events_come_while_the_program_runs() -> None:
    seen = threading.Event()
    with Sandbox() as box:
        running = box.start("x = 1\nwhile True: pass")
        for event in running:
            if event.line == 2:
                seen.set()
                running.cancel()
                break
        running.result()
    assert seen.is_set()


def test_a_result_holds_so_many_events_and_counts_the_rest() -> None:
    with Sandbox(limits=Limits(trace_events=100)) as box:
        result = box.run("for i in range(1000):\n    pass", trace=True)
    assert len(result.events) == 100
    assert result.left_out > 1000


def test_json_lines(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(TASKS)
    assert sandstep("run", "--trace", str(tmp_path / "out.jsonl"), str(tmp_path / "prog.py")).status == 0
    first, *rest = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert first == {"schema": "sandstep-trace", "version": 1}
    assert {each["function"] for each in rest} >= {"<module>", "main", "job"}


def test_perfetto_has_a_track_for_each_task_and_closes_what_it_opens(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(TASKS)
    sandstep("run", "--trace", str(tmp_path / "out.json"), "--trace-format", "perfetto", str(tmp_path / "prog.py"))
    found = json.loads((tmp_path / "out.json").read_text())
    tracks = {each["tid"] for each in found if each["ph"] == "M"}
    assert len(tracks) == 4
    for track in tracks:
        depth = 0
        for each in found:
            if each["tid"] == track:
                depth += {"B": 1, "E": -1}.get(each["ph"], 0)
                assert depth >= 0
        assert depth == 0


def test_profile(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text("def work():\n    for i in range(20_000):\n        i * i\n\ndef main():\n    work()\n\nmain()\n")
    ended = sandstep("profile", "--flame", str(tmp_path / "flame.json"), str(tmp_path / "prog.py"))
    assert ended.status == 0
    by_line, by_function = ended.err.split("By function")
    assert "prog.py:3" in by_line
    assert "20,000" in by_line
    assert "work (prog.py)" in by_function
    flame = json.loads((tmp_path / "flame.json").read_text())
    assert {each["name"] for each in flame["shared"]["frames"]} == {"<module>", "work", "main"}
    (profile,) = flame["profiles"]
    assert [each["type"] for each in profile["events"]] == ["O", "O", "O", "C", "C", "C"]


def test_progress(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(
        "import time\nend = time.monotonic() + 1\nn = 0\nwhile time.monotonic() < end:\n    n += 1\nprint('done')\n"
    )
    ended = sandstep("run", "--progress", str(tmp_path / "prog.py"))
    assert ended.out == "done\n"
    assert "lines/s" in ended.err
    assert "prog.py:" in ended.err


@pytest.mark.parametrize(
    "loop", ["while time.monotonic() < end: n += 1", "while n < 20_000_000: n += 1", "for i in range(20_000_000): n += i"]
)
def test_progress_counts_loops_within_a_line(tmp_path: Path, loop: str) -> None:
    (tmp_path / "prog.py").write_text(f"import time\nend = time.monotonic() + 1\nn = 0\n{loop}\n")
    ended = sandstep("run", "--progress", str(tmp_path / "prog.py"))
    rates = [int(said.replace(",", "")) for said in re.findall(r"([\d,]+) lines/s", ended.err)]
    assert max(rates) > 1000, ended.err


def test_progress_text_is_bounded_and_plain() -> None:
    said = text(Progress("/a\x1b[2J.py", "f" * 500, 1000, 3, 7), 1.5, 80)
    assert len(said) == 80
    assert "\x1b" not in said
