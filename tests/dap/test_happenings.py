"""Stops at what happens in the tasks' runtimes, as exception filters with conditions."""

from __future__ import annotations

from typing import Any

import pytest

from .client import Message
from .conftest import Debug
from .session import Session, Stop

FILTERS = ["effect", "effectUnhandled", "taskSpawned", "taskFailed", "taskCancelled", "callback"]

EFFECTS = """
from dataclasses import dataclass, field
from sandstep.effects import *

class Odd:
    def __repr__(self):
        raise RuntimeError("a repr ran")

@dataclass(frozen=True)
class Question(Effect[int]):
    word: str
    odd: Odd = field(default_factory=Odd)

class Harder(Question):
    pass

def answers(effect: Question, k):
    length = len(effect.word)  # @handler
    return (yield Resume(k, length))  # @resume

@do
def child(word):
    length = yield Question(word)  # @ask
    if word == "bad":
        raise ValueError(word)  # @raise
    return length

@do
def main():
    yield Put("n", 1)  # @put
    good = yield Spawn(child("good"), name="kind")  # @spawn
    bad = yield Spawn(child("bad"))  # @spawn_bad
    late = yield Spawn(child("late"))  # @spawn_late
    yield Cancel(late)  # @cancel
    try:
        yield Gather(good, bad)  # @gather
    except ValueError:
        pass
    try:
        yield Ask("nobody")  # @unhandled
    except UnhandledEffectError:
        return "done"

print(run(WithHandler(answers, with_handlers([scheduler(), state_of()], main())), handlers=[]))  # @run
"""

ASYNCIO = """
import asyncio

async def fails(word):
    await asyncio.sleep(0)
    raise ValueError(word)  # @raise

async def waits():
    await asyncio.sleep(3600)  # @wait

async def never():
    pass

async def main():
    bad = asyncio.create_task(fails("bad"))  # @spawn
    long = asyncio.create_task(waits(), name="long")  # @spawn_long
    unbegun = asyncio.create_task(never())  # @spawn_never
    unbegun.cancel()
    await asyncio.sleep(0)  # @pass
    long.cancel()
    print(await asyncio.gather(bad, long, unbegun, return_exceptions=True))  # @gather

asyncio.run(main())  # @run
"""


def started(debug: Debug, text: str, *options: Message, functions: list[Message] | None = None, **launch: Any) -> Session:
    session = debug.session()
    session.program = program = debug.write(text)
    session.launch(program=str(program.path), **launch)
    answers = session.client.request("setExceptionBreakpoints", filters=[], filterOptions=list(options))["breakpoints"]
    assert all(answer["verified"] for answer in answers), answers
    if functions:
        session.client.request("setFunctionBreakpoints", breakpoints=functions)
    session.configured()
    return session


def when(name: str, condition: str | None = None) -> Message:
    return {"filterId": name} if condition is None else {"filterId": name, "condition": condition}


def stops(session: Session) -> list[tuple[str, str]]:
    """What each stop says, and the marks of its line, up to the end of the program."""
    found: list[tuple[str, str]] = []
    while True:
        name, body = session.client.either("stopped", "exited")
        if name == "exited":
            assert body["exitCode"] == 0, session.client.output("stderr")
            return found
        frames = session.client.request("stackTrace", threadId=body["threadId"])["stackFrames"]
        session.stopped = Stop(body, body["threadId"], frames[0])
        found.append((str(body["description"]), session.where()))
        session.resume("continue")


def test_each_has_a_label_and_says_what_a_condition_is() -> None:
    from sandstep.dap.requests.breakpoints import FILTERS as advertised

    found = {each.filter: each for each in advertised}
    assert {*FILTERS} <= set(found)
    assert all(found[name].label and found[name].description and found[name].condition_description for name in FILTERS)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Question", [("effect Question('good', <Odd>)", "ask"), ("effect Question('bad', <Odd>)", "ask")]),
        ("__main__.Question, Put", [("effect Put('n', 1)", "put"), ("effect Question('good', <Odd>)", "ask"),
                                    ("effect Question('bad', <Odd>)", "ask")]),
        ("getattr(effect, 'word', '') == 'bad'", [("effect Question('bad', <Odd>)", "ask")]),
        ("word == 'good' and type(effect) is Question", [("effect Question('good', <Odd>)", "ask")]),
        ("Nothing", []),
    ],
)  # fmt: skip
def test_effect(debug: Debug, condition: str, expected: list[tuple[str, str]]) -> None:
    if condition.startswith("word"):
        condition = f"'word' in locals() and {condition}"
    assert stops(started(debug, EFFECTS, when("effect", condition))) == expected


def test_every_effect_of_the_program_and_none_of_the_schedulers(debug: Debug) -> None:
    said = stops(started(debug, EFFECTS, when("effect")))
    assert [where for _, where in said] == ["put", "spawn", "spawn_bad", "spawn_late", "cancel", "gather", "ask", "ask", "unhandled"]
    assert not any("TaskEnded" in text for text, _ in said)


def test_effect_stops_in_its_task_with_the_whole_stack(debug: Debug) -> None:
    session = started(debug, EFFECTS, when("effect", "Question"))
    stop = session.stop()
    assert stop.reason == "function breakpoint"
    assert stop.body["threadId"] != 1
    assert session.locals()["word"]["value"] == "'good'"
    names = [frame["name"] for frame in session.frames()]
    assert session.program
    assert names[:2] == ["child", f"── in task kind #1 · spawned at main() prog.py:{session.program.line('spawn')} ──"]
    assert names[-2:] == ["main", "<module>"]
    session.client.request("setExceptionBreakpoints", filters=[])
    assert session.finish() == 0
    assert session.client.output("stdout") == "done\n"


def test_an_effect_that_a_handler_performs_is_its_own(debug: Debug) -> None:
    text = """
    from sandstep.effects import *
    def outer(effect: Ask, k):
        got = yield Get(effect.key)  # @inner
        return (yield Resume(k, got))
    @do
    def main():
        return (yield Ask("n"))  # @ask
    print(run(WithHandler(outer, main()), handlers=[state_of({"n": 3})]))
    """
    assert stops(started(debug, text, when("effect"))) == [("effect Ask('n')", "ask"), ("effect Get('n')", "inner")]


def test_an_effect_that_is_run_without_a_program(debug: Debug) -> None:
    text = "from sandstep.effects import *\nprint(run(Ask('n'), handlers=[reader({'n': 1})]))  # @run\n"
    assert stops(started(debug, text, when("effect"))) == [("effect Ask('n')", "run")]


def test_unhandled_effect(debug: Debug) -> None:
    session = started(debug, EFFECTS, when("effectUnhandled"))
    stop = session.stop()
    assert (stop.reason, session.where()) == ("exception", "unhandled")
    assert stop.body["description"] == "effect Ask('nobody') is unhandled"
    told = session.client.request("exceptionInfo", threadId=stop.thread)
    assert told["exceptionId"].endswith("UnhandledEffectError")
    assert told["breakMode"] == "always"
    assert session.finish() == 0


def test_unhandled_effect_that_is_another(debug: Debug) -> None:
    assert stops(started(debug, EFFECTS, when("effectUnhandled", "effect.key == 'somebody'"))) == []


def test_unhandled_effect_that_all_handlers_pass_on(debug: Debug) -> None:
    text = """
    from sandstep.effects import *
    def passes(effect: Ask, k):
        yield Pass()
    @do
    def main():
        try:
            yield Ask("n")  # @ask
        except UnhandledEffectError:
            return 0
    print(run(WithHandler(passes, main()), handlers=[]))
    """
    assert stops(started(debug, text, when("effectUnhandled"))) == [("effect Ask('n') is unhandled", "ask")]


@pytest.mark.parametrize(
    ("text", "condition", "expected"),
    [
        (EFFECTS, None, [("task kind #1 spawned", "spawn"), ("task child #2 spawned", "spawn_bad"),
                         ("task child #3 spawned", "spawn_late")]),
        (EFFECTS, "kind", [("task kind #1 spawned", "spawn")]),
        (ASYNCIO, None, [("task main #1 spawned", "run"), ("task fails #2 spawned", "spawn"), ("task long #3 spawned", "spawn_long"),
                         ("task never #4 spawned", "spawn_never")]),
        (ASYNCIO, "long, never", [("task long #3 spawned", "spawn_long"), ("task never #4 spawned", "spawn_never")]),
        (ASYNCIO, "task.startswith('f')", [("task fails #2 spawned", "spawn")]),
    ],
)  # fmt: skip
def test_spawned(debug: Debug, text: str, condition: str | None, expected: list[tuple[str, str]]) -> None:
    assert stops(started(debug, text, when("taskSpawned", condition))) == expected


@pytest.mark.parametrize("text", [EFFECTS, ASYNCIO], ids=["effects", "asyncio"])
def test_failed(debug: Debug, text: str) -> None:
    session = started(debug, text, when("taskFailed"))
    stop = session.stop()
    assert (stop.reason, session.where()) == ("exception", "raise")
    assert "failed: ValueError: bad" in stop.body["description"]
    assert stop.body["threadId"] != 1
    assert session.locals()["word"]["value"] == "'bad'"
    told = session.client.request("exceptionInfo", threadId=stop.thread)
    assert (told["exceptionId"], told["description"], told["breakMode"]) == ("ValueError", "bad", "userUnhandled")
    assert [frame["name"] for frame in session.frames()][-1] == "<module>"
    assert any("── in task" in frame["name"] for frame in session.frames())
    assert session.value("word") == "'bad'"
    assert session.finish() == 0


@pytest.mark.parametrize("text", [EFFECTS, ASYNCIO], ids=["effects", "asyncio"])
@pytest.mark.parametrize(
    ("condition", "count"),
    [("ValueError", 1), ("KeyError", 0), ("exception.args == ('bad',)", 1), ("task == 'nobody'", 0), ("Exception", 1)],
)
def test_failed_with_a_condition(debug: Debug, text: str, condition: str, count: int) -> None:
    assert len(stops(started(debug, text, when("taskFailed", condition)))) == count


def test_a_step_out_of_a_task_that_has_failed_ends_somewhere(debug: Debug) -> None:
    session = started(debug, ASYNCIO, when("taskFailed"))
    session.stop()
    assert session.over().reason == "step"
    assert session.finish() == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EFFECTS, [("task child #3 cancelled before it began", "cancel")]),
        (ASYNCIO, [("task never #4 cancelled", "line 10"), ("task long #3 cancelled", "wait")]),
    ],
    ids=["effects", "asyncio"],
)
def test_cancelled(debug: Debug, text: str, expected: list[tuple[str, str]]) -> None:
    assert stops(started(debug, text, when("taskCancelled"), when("taskFailed", "KeyError"))) == expected


def test_an_effect_task_that_is_cancelled_while_it_waits(debug: Debug) -> None:
    text = """
    from sandstep.effects import *
    @do
    def waits(promise):
        yield Wait(promise)  # @wait
    @do
    def main():
        task = yield Spawn(waits((yield CreatePromise())))
        yield Yield()
        yield Cancel(task)
        try:
            yield Wait(task)
        except TaskCancelledError:
            return 1
    print(run(main()))
    """
    assert stops(started(debug, text, when("taskCancelled", "waits"))) == [("task waits #1 cancelled", "wait")]


def test_a_task_that_is_started_eagerly_and_fails(debug: Debug) -> None:
    text = """
    import asyncio
    async def fails():
        raise KeyError("at once")  # @raise
    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        task = asyncio.create_task(fails())
        await asyncio.wait([task])
        task.exception()
    asyncio.run(main())
    """
    assert stops(started(debug, text, when("taskFailed"))) == [("task fails #2 failed: KeyError: 'at once'", "raise")]


def test_callback(debug: Debug) -> None:
    text = """
    import asyncio
    invoke = asyncio.EventLoop.time.__globals__["CALLS"].invoke
    class Odd:
        def __repr__(self):
            raise RuntimeError("a repr ran")
    async def main():
        try:
            await invoke("http_get", url="/a", odd=Odd())  # @call
        except TypeError:
            pass  # the host takes no such argument
    asyncio.run(main())
    """
    said = "callback http_get(url='/a', odd=<Odd>)"
    assert stops(started(debug, text, when("callback", "http_get"))) == [(said, "call")]
    assert stops(started(debug, text, when("callback", "arguments['url'] == '/a'"))) == [(said, "call")]
    assert stops(started(debug, text, when("callback", "http_put"))) == []


@pytest.mark.parametrize("name", FILTERS)
def test_a_condition_that_makes_no_sense_is_reported(debug: Debug, name: str) -> None:
    session = debug.session()
    session.launch(program=str(debug.write("pass\n").path))
    options = [when(name, "1 +"), when("raised")]
    wrong, right = session.client.request("setExceptionBreakpoints", filters=[], filterOptions=options)["breakpoints"]
    assert not wrong["verified"]
    assert "SyntaxError" in wrong["message"]
    assert right["verified"]


@pytest.mark.parametrize(
    ("text", "name"),
    [(EFFECTS, "effect"), (EFFECTS, "effectUnhandled"), (EFFECTS, "taskSpawned"), (ASYNCIO, "taskFailed"), (ASYNCIO, "taskCancelled")],
)
def test_a_condition_that_raises_stops_and_says_so(debug: Debug, text: str, name: str) -> None:
    session = started(debug, text, when(name, "nothing.here > 1"))
    stop = session.stop()
    assert "NameError" in stop.body["text"]
    assert "'nothing.here > 1'" in stop.body["text"]
    session.client.request("setExceptionBreakpoints", filters=[])
    assert session.finish() == 0


def test_they_change_at_a_stop_and_while_the_program_runs(debug: Debug) -> None:
    text = """
    import asyncio
    async def one(n):
        return n
    async def main():
        for n in range(10**9):
            await asyncio.create_task(one(n))  # @spawn
    x = 1  # @first!
    asyncio.run(main())
    """
    session = debug.start(text)
    session.stop()
    session.client.request("setExceptionBreakpoints", filters=["taskSpawned"])
    session.go()
    session.go()
    assert session.where() == "spawn"
    session.client.request("setExceptionBreakpoints", filters=[])
    session.resume("continue")
    session.client.request("setExceptionBreakpoints", filters=["taskSpawned"])
    session.stop()
    assert session.where() == "spawn"
    session.disconnect()


def test_a_step_that_meets_one_stays_in_its_task(debug: Debug) -> None:
    session = started(debug, ASYNCIO, when("taskFailed"))
    assert session.program
    session.breakpoints(session.program, "pass")
    session.stop()
    if session.where() != "pass":
        session.go()
    assert session.where() == "pass"
    session.resume("next")
    stop = session.stop()
    assert stop.reason in ("exception", "step")
    session.breakpoints(session.program)
    session.client.request("setExceptionBreakpoints", filters=[])
    assert session.finish() == 0
