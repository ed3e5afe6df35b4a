"""Programs that die of an exception in a task: one stack from the cause to the main program, and the whole story as text."""

from __future__ import annotations

from ..client import Message
from ..conftest import Debug
from ..session import Session
from . import view

ASYNCIO = """
import asyncio
async def child(n):
    await asyncio.sleep(0.001)
    return 1 // n  # @divide
async def middle():
    tasks = [asyncio.create_task(child(n)) for n in (1, 0)]  # @spawn
    return await asyncio.gather(*tasks)  # @gather
async def main():
    await asyncio.create_task(middle(), name="the middle")  # @main
asyncio.run(main())  # @run
"""

GROUP = """
import asyncio
async def child(n):
    try:
        await asyncio.sleep(0.001)
        raise KeyError(n)  # @key
    except KeyError as error:
        raise ValueError(f"child {n}") from error  # @raise
async def main():
    async with asyncio.TaskGroup() as group:  # @group
        group.create_task(child(1))  # @spawn
asyncio.run(main())  # @run
"""

EFFECTS = """
from sandstep.effects import Ask, Effect, Get, Put, Resume, Spawn, Wait, WithHandler, do, run
class Price(Effect[int]):
    pass
def helper(x):
    return 1 // x  # @divide
def prices(effect: Price, k):
    count = yield Get("count")
    return (yield Resume(k, helper(count)))  # @handler
@do
def leaf():
    return (yield Price())  # @price
@do
def middle():
    task = yield Spawn(leaf(), name="the leaf")  # @spawn
    return (yield Wait(task))  # @wait
@do
def main():
    yield Put("count", 0)
    return (yield middle())  # @middle
run(WithHandler(prices, main()))  # @run
"""


def died(debug: Debug, text: str) -> Session:
    session = debug.session()
    session.program = program = debug.write(text)
    session.launch(program=str(program.path))
    session.client.request("setExceptionBreakpoints", filters=["uncaught"])
    session.configured()
    assert session.stop().reason == "exception"
    return session


def stack(session: Session) -> str:
    assert session.program is not None
    return " < ".join(view.stack(session, session.program, session.at().thread))


def info(session: Session) -> Message:
    return session.client.request("exceptionInfo", threadId=session.at().thread)


def test_asyncio(debug: Debug) -> None:
    session = died(debug, ASYNCIO)
    assert stack(session) == (
        "child@divide < [child #4 @spawn] < middle@gather < [the middle #2 @main] < main@main < [main #1 @run] < <module>@run"
    )
    told = info(session)
    assert told["exceptionId"].endswith("ZeroDivisionError")
    trace = told["details"]["stackTrace"]
    assert trace.index("in main") < trace.index("In task the middle #2, spawned at") < trace.index("in middle")
    assert trace.index("in middle") < trace.index("In task child #4, spawned at") < trace.index("in child")
    assert session.value("n") == "0"


def test_a_group_with_a_cause(debug: Debug) -> None:
    session = died(debug, GROUP)
    assert session.program is not None
    told = info(session)
    assert told["exceptionId"].endswith("ExceptionGroup")
    (inner,) = told["details"]["innerException"]
    assert inner["message"] == "child 1"
    assert inner["typeName"] == "ValueError"
    (cause,) = inner["innerException"]
    assert (cause["typeName"], cause["message"]) == ("KeyError", "1")
    for mark in ("key", "raise", "group"):
        assert f"line {session.program.line(mark)}, in" in str(told), mark


def test_effects(debug: Debug) -> None:
    session = died(debug, EFFECTS)
    assert stack(session) == (
        "helper@divide < prices@handler < Price()?@price < leaf@price < [the leaf #1 @spawn] < Wait(Task(1, 'the leaf'))?@wait"
        " < middle@wait < main@middle < <module>@run"
    )
    told = info(session)
    assert told["exceptionId"].endswith("ZeroDivisionError")
    trace = told["details"]["stackTrace"]
    assert "doeff Traceback" in trace
    assert "prices ✗" in trace
    assert "── in task 1" in trace
    assert session.value("x") == "0"


def test_asyncio_in_effects(debug: Debug) -> None:
    session = died(
        debug,
        """
        import asyncio
        from sandstep.effects import Await, Spawn, Wait, do, run
        async def fetch(n):
            await asyncio.sleep(0.001)
            return 1 // n  # @divide
        @do
        def worker(n):
            return (yield Await(fetch(n)))  # @await
        @do
        def main():
            task = yield Spawn(worker(0), name="the worker")  # @spawn
            return (yield Wait(task))  # @wait
        run(main())  # @run
        """,
    )
    assert stack(session) == (
        "fetch@divide < Await(fetch)?@await < worker@await < [the worker #1 @spawn] < Wait(Task(1, 'the worker'))?@wait < main@wait"
        " < <module>@run"
    )
    assert session.value("n") == "0"


def test_a_deadlock_of_effects(debug: Debug) -> None:
    session = died(
        debug,
        """
        from sandstep.effects import CreatePromise, Gather, Spawn, Wait, do, run
        @do
        def worker(promise):
            return (yield Wait(promise))
        @do
        def main():
            promise = yield CreatePromise()
            task = yield Spawn(worker(promise))
            return (yield Gather(task))  # @gather
        run(main())  # @run
        """,
    )
    assert stack(session) == "Gather(Task(1, 'worker'))?@gather < main@gather < <module>@run"
    assert "task 1 (worker) waits for promise 1" in info(session)["description"]
