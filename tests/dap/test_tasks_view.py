"""The tree of tasks, holding and cancelling them, and what of effects stands around a frame."""

from __future__ import annotations

from typing import Any

import pytest

from .client import Message
from .conftest import Debug
from .session import Session

MANY = """
import asyncio

async def waiter(n, gate):
    await gate.wait()

async def parent(gate):
    children = [asyncio.create_task(waiter(n, gate), name=f"part-{n}") for n in range(3)]
    await asyncio.gather(*children)

async def main():
    gate = asyncio.Event()
    tasks = [asyncio.create_task(waiter(n, gate)) for n in range(10_000)]
    tasks.append(asyncio.create_task(parent(gate)))  # @parent
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.set()  # @here!
    await asyncio.gather(*tasks)

asyncio.run(main())
"""

EFFECTS = """
from sandstep.effects import *

def answers(effect: Ask, k):
    value = effect.key * 2  # @handler
    return (yield Resume(k, value))

@do
def inner(n):
    got = yield Ask(n)  # @ask
    return got

@do
def child(n, promise):
    yield Wait(promise)  # @wait
    return (yield inner(n))  # @inner

@do
def main():
    promise = yield CreatePromise()
    one = yield Spawn(child(1, promise), name="one")  # @one
    two = yield Spawn(child(2, promise), name="two")  # @two
    yield Yield()
    x = 1  # @here
    yield CompletePromise(promise, None)
    try:
        return (yield Gather(one, two))  # @gather
    except TaskCancelledError as error:
        return "cancelled"

print(run(WithHandler(answers, with_handlers([scheduler()], main())), handlers=[]))
"""

RUNNING = """
import asyncio
async def worker():
    while True:
        await asyncio.sleep(0)
async def sleeper():
    try:
        await asyncio.sleep(3600)
    finally:
        print("cancelled", flush=True)
async def main():
    tasks = [asyncio.create_task(worker(), name="busy"), asyncio.create_task(sleeper())]
    await asyncio.sleep(0)
    print("go", flush=True)
    await asyncio.wait(tasks[1:])
    tasks[0].cancel()
asyncio.run(main())
"""

RUNNING_EFFECTS = """
import asyncio
from sandstep.effects import *
@do
def waits():
    yield Await(asyncio.sleep(3600))
@do
def main():
    task = yield Spawn(waits())
    print("go", flush=True)
    try:
        yield Wait(task)
    except TaskCancelledError:
        print("cancelled", flush=True)
run(main())
"""


def tasks(session: Session, **arguments: Any) -> list[Message]:
    body = session.client.request("sandstepTasks", **arguments)
    assert body["total"] >= len(body["entries"])
    return list(body["entries"])


def named(entries: list[Message], name: str) -> Message:
    (found,) = [each for each in entries if each.get("name", "").startswith(name)]
    return found


def waiting_for(session: Session, name: str) -> Message:
    """The task of this name, among the children of the main program and of the first of them."""
    level = tasks(session, parent=1)
    return named(level if level[0]["name"].startswith(name) else tasks(session, parent=level[0]["threadId"]), name)


def started(debug: Debug, text: str) -> Session:
    """Runs a program until it has written `go`."""
    session = debug.start(text)
    session.client.until(lambda: "go" in session.client.output("stdout"), "the program's output")
    return session


def test_the_tree_of_asyncio_level_by_level(debug: Debug) -> None:
    session = debug.stopped(MANY)
    (main,) = tasks(session)
    assert (main["kind"], main["threadId"], main["runtime"], main["children"]) == ("task", 1, "main", 1)
    (runner,) = tasks(session, parent=1)
    assert (runner["name"], runner["state"], runner["children"]) == ("main #1", "running", 10_001)
    body = session.client.request("sandstepTasks", parent=runner["threadId"])
    assert body["total"] == 2
    group, parent = body["entries"]
    assert (group["kind"], group["label"], group["state"], group["count"]) == ("group", "waiter", "waiting", 10_000)
    assert (parent["kind"], parent["children"], parent["state"]) == ("task", 3, "waiting")
    assert parent["waitsFor"].startswith("tasks ")
    assert session.program
    assert parent["spawned"]["line"] == session.program.line("parent")
    parts = tasks(session, parent=parent["threadId"])
    assert [part["name"].partition(" ")[0] for part in parts] == ["part-0", "part-1", "part-2"]
    assert all(part["waitsFor"] == "Event.wait" and not part["held"] and not part["breakOnResume"] for part in parts)


WAITS = """
import asyncio
from sandstep.effects import CreatePromise, CompletePromise, Spawn, Wait, Yield, do, run
async def waits(first, second):
    await first.wait()
    await second.wait()
async def main():
    first, second = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(waits(first, second))
    await asyncio.sleep(0)
    first.set()  # @one!
    await asyncio.sleep(0)
    second.set()  # @two!
    await task
asyncio.run(main())
@do
def waits_for(first, second):
    yield Wait(first)
    yield Wait(second)
@do
def program():
    first, second = (yield CreatePromise()), (yield CreatePromise())
    task = yield Spawn(waits_for(first, second))
    yield Yield()
    yield CompletePromise(first, 1)  # @three!
    yield Yield()
    yield CompletePromise(second, 2)  # @four!
    yield Wait(task)
run(program())
"""


def test_a_wait_is_timed_from_when_it_was_first_seen(debug: Debug) -> None:
    session = debug.stopped(WAITS)
    for more in (True, True, True, False):
        looks = [waiting_for(session, "waits")["seconds"] for _ in range(2)]
        assert looks[0] == 0.0 < looks[1]
        if more:
            session.go()
    session.finish()


def test_a_group_is_opened_page_by_page(debug: Debug) -> None:
    session = debug.stopped(MANY)
    (runner,) = tasks(session, parent=1)
    group, _ = tasks(session, parent=runner["threadId"])
    page = session.client.request("sandstepTasks", parent=runner["threadId"], group=group["group"], start=9_990, count=100)
    assert (len(page["entries"]), page["total"]) == (10, 10_000)
    last = page["entries"][-1]
    assert last["runtime"] == "asyncio"
    frames = session.frames(last["threadId"])
    assert frames[0]["name"] == "waiter"
    assert tasks(session, parent=runner["threadId"], group="nothing like it") == []
    assert len(tasks(session, parent=runner["threadId"], start=1)) == 1


def test_lines_are_counted_as_the_client_does(debug: Debug) -> None:
    session = debug.session()
    session.program = program = debug.write(EFFECTS)
    session.initialize(linesStartAt1=False)
    session.launch(program=str(program.path))
    session.client.request("setBreakpoints", source={"path": str(program.path)}, breakpoints=[{"line": program.line("ask") - 1}])
    session.configured()
    session.stop()
    entry = named(tasks(session, parent=1), "two")
    assert entry["spawned"]["line"] == program.line("two") - 1
    shown = session.client.request("sandstepEffects", frameId=session.at().id)
    assert shown["spawns"][0]["line"] == program.line("one") - 1


def test_the_tree_of_effects(debug: Debug) -> None:
    session = debug.start(EFFECTS, ["here"])
    session.stop()
    (main,) = tasks(session)
    assert main["children"] == 2
    one, two = tasks(session, parent=1)
    assert [(each["runtime"], each["name"], each["state"], each["waitsFor"]) for each in (one, two)] == [
        ("effects", "one #1", "waiting", "promise 1"),
        ("effects", "two #2", "waiting", "promise 1"),
    ]


def test_names_of_all_kinds_are_one_line(debug: Debug) -> None:
    text = """
    import asyncio
    from sandstep.effects import *
    class Odd(str):
        def __str__(self):
            return self
        def __repr__(self):
            raise RuntimeError("a repr ran")
    async def waits():
        await asyncio.sleep(3600)
    @do
    def child(promise):
        yield Wait(promise)
    @do
    def program():
        promise = yield CreatePromise()
        for name in ("a\\nb", "x" * 100_000, 7, Odd("odd"), None):
            yield Spawn(child(promise), name=name)
        yield Yield()
        x = 1  # @here!
    async def main():
        made = [asyncio.create_task(waits(), name=name) for name in ("c\\nd", "y" * 100_000, 8, Odd("odd"), None)]
        await asyncio.sleep(0)
        await run_async(program())
    asyncio.run(main())
    """
    session = debug.stopped(text)
    threads = session.client.request("threads")["threads"]
    assert len(threads) == 12
    shown = tasks(session, parent=2)
    assert len(shown) == 10
    for name in [thread["name"] for thread in threads] + [entry["label"] for entry in shown]:
        assert name.isprintable()
        assert len(name) < 300
    assert {"a b #1", "c d #2", "8 #4", "child #5"} <= {entry["name"] for entry in shown}


def test_threads_that_are_not_there_are_refused(debug: Debug) -> None:
    session = debug.start(EFFECTS, ["here"])
    session.stop()
    for command, arguments in (
        ("sandstepTasks", {"parent": 99}),
        ("sandstepHoldTask", {"threadId": 99, "hold": True}),
        ("terminateThreads", {"threadIds": [99]}),
    ):
        assert "99" in session.client.fails(command, **arguments)
    assert "earlier stop" in session.client.fails("sandstepEffects", frameId=12345)
    assert "hold" in session.client.fails("sandstepHoldTask", threadId=1)


def test_a_task_is_held_back(debug: Debug) -> None:
    session = debug.start(EFFECTS, ["here", "ask"])
    session.stop()
    one, _ = tasks(session, parent=1)
    session.client.request("sandstepHoldTask", threadId=one["threadId"], hold=True)
    assert tasks(session, parent=1)[0]["held"]
    session.go()
    assert session.value("n") == "2"
    session.client.request("sandstepHoldTask", threadId=one["threadId"], hold=False)
    session.go()
    assert session.value("n") == "1"
    assert session.finish() == 0


def test_what_cannot_be_held_back_says_why(debug: Debug) -> None:
    session = debug.stopped(MANY)
    (runner,) = tasks(session, parent=1)
    assert "asyncio" in session.client.fails("sandstepHoldTask", threadId=runner["threadId"], hold=True)
    assert "main program" in session.client.fails("sandstepHoldTask", threadId=1, hold=True)


def test_a_task_is_shown_by_a_stop_of_it_alone(debug: Debug) -> None:
    session = debug.start(EFFECTS, ["here"])
    stop = session.stop()
    one, _ = tasks(session, parent=1)
    session.client.request("sandstepShowTask", threadId=one["threadId"])
    shown = session.client.event("stopped")
    assert (shown["threadId"], shown["reason"], shown["allThreadsStopped"]) == (one["threadId"], "pause", False)
    session.client.request("sandstepShowTask", threadId=stop.thread)
    assert session.client.event("stopped") == {**stop.body, "allThreadsStopped": False}
    assert "99" in session.client.fails("sandstepShowTask", threadId=99)
    assert session.finish() == 0


def test_what_stands_around_a_frame(debug: Debug) -> None:
    session = debug.start(EFFECTS, ["ask", "handler"])
    session.stop()
    assert session.where() == "ask"
    shown = session.client.request("sandstepEffects", frameId=session.at().id)
    assert [(each["name"], each["mark"]) for each in shown["handlers"]] == [("scheduler", ""), ("answers", "")]
    assert shown["dispatches"][0]["label"].startswith("Gather(")
    (spawn,) = shown["spawns"]
    assert session.program
    assert (spawn["label"], spawn["line"]) == ("one #1", session.program.line("one"))
    session.go()
    assert session.where() == "handler"
    shown = session.client.request("sandstepEffects", frameId=session.at().id)
    assert [each["label"].partition("(")[0] for each in shown["dispatches"]] == ["Ask", "Gather"]
    dispatch = next(frame for frame in session.frames() if frame["name"].startswith("Ask("))
    marks = {each["name"]: each["mark"] for each in session.client.request("sandstepEffects", frameId=dispatch["id"])["handlers"]}
    assert "active" in marks["answers"]
    waiting = next(frame for frame in session.frames(session.at().thread + 1) if frame["name"] == "child")
    assert session.client.request("sandstepEffects", frameId=waiting["id"])["handlers"]


def test_a_program_without_effects_has_none_around_it(debug: Debug) -> None:
    session = debug.stopped("x = 1  # @here!\n")
    assert session.client.request("sandstepEffects", frameId=session.at().id) == {"handlers": [], "dispatches": [], "spawns": []}
    assert [entry["name"] for entry in tasks(session)] == ["main program"]
    assert tasks(session, parent=1) == []


def test_while_the_program_runs(debug: Debug) -> None:
    session = started(debug, RUNNING)
    (runner,) = tasks(session, parent=1)
    busy, sleeper = tasks(session, parent=runner["threadId"])
    assert busy["name"].startswith("busy")
    assert busy["state"] in ("ready", "running")
    assert (sleeper["name"], sleeper["state"], sleeper["waitsFor"]) == ("sleeper #3", "waiting", "sleep 3600 s")
    assert "pause it" in session.client.fails("sandstepEffects", frameId=1)
    session.client.request("terminateThreads", threadIds=[sleeper["threadId"]])
    assert session.finish() == 0
    assert session.client.output("stdout") == "go\ncancelled\n"


def test_an_effect_task_is_cancelled_while_the_program_waits(debug: Debug) -> None:
    session = started(debug, RUNNING_EFFECTS)
    child = named(tasks(session, parent=1), "waits")
    session.client.request("terminateThreads", threadIds=[child["threadId"]])
    assert session.finish() == 0
    assert session.client.output("stdout") == "go\ncancelled\n"


def test_an_effect_task_is_cancelled_while_others_take_turns(debug: Debug) -> None:
    text = """
    from sandstep.effects import *
    @do
    def spins(stop):
        while not stop:
            yield Yield()
    @do
    def waits(stop):
        try:
            yield Wait((yield CreatePromise()))
        except TaskCancelledError:
            stop.append(1)
            raise
    @do
    def main():
        stop = []
        for _ in range(3):
            yield Spawn(spins(stop))
        task = yield Spawn(waits(stop))
        yield Yield()
        print("go", flush=True)
        yield Try(Wait(task))
        print("over")
    run(main())
    """
    session = started(debug, text)
    child = named(tasks(session, parent=1), "waits")
    session.client.request("terminateThreads", threadIds=[child["threadId"]])
    assert session.finish() == 0
    assert session.client.output("stdout") == "go\nover\n"


@pytest.mark.parametrize("name", ["one", "two"])
def test_an_effect_task_is_cancelled_at_a_stop(debug: Debug, name: str) -> None:
    session = debug.start(EFFECTS, ["here"])
    session.stop()
    entry = named(tasks(session, parent=1), name)
    session.client.request("terminateThreads", threadIds=[entry["threadId"]])
    assert session.finish() == 0
    assert session.client.output("stdout") == "cancelled\n"


def test_an_asyncio_task_is_cancelled_at_a_stop(debug: Debug) -> None:
    text = """
    import asyncio
    async def sleeper():
        await asyncio.sleep(3600)
    async def main():
        task = asyncio.create_task(sleeper())
        await asyncio.sleep(0)
        x = 1  # @here!
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled")
    asyncio.run(main())
    """
    session = debug.stopped(text)
    thread = next(each["id"] for each in session.client.request("threads")["threads"] if each["name"].startswith("sleeper"))
    session.client.request("terminateThreads", threadIds=[thread])
    assert session.finish() == 0
    assert session.client.output("stdout") == "cancelled\n"


def test_what_cannot_be_cancelled_says_why(debug: Debug) -> None:
    session = debug.start(EFFECTS, ["ask"])
    session.stop()
    assert "main program" in session.client.fails("terminateThreads", threadIds=[1])
    assert "runs now" in session.client.fails("terminateThreads", threadIds=[session.at().thread])
    assert "a list" in session.client.fails("terminateThreads", threadIds="all")


def test_news_at_each_stop_and_thinned_out_between(debug: Debug) -> None:
    text = """
    import asyncio, time
    async def one(): pass
    async def main():
        end = time.monotonic() + 1
        while time.monotonic() < end:
            await asyncio.create_task(one())
        x = 1  # @here!
    asyncio.run(main())
    """
    session = debug.start(text)
    looks = 0
    while True:
        name, _ = session.client.either("stopped", "sandstepTasksChanged")
        if name == "stopped":
            break
        session.client.request("sandstepTasks")
        looks += 1
    assert 2 <= looks <= 8
    session.client.event("sandstepTasksChanged")
    assert len(session.client.events("thread")) <= 200
