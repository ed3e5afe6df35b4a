"""Steps of tasks that do not run now, of one task alone, and stops where a task runs next."""

from __future__ import annotations

import pytest

from .conftest import Debug
from .session import Session

TWO = """
from sandstep.effects import *

order = []

@do
def work(name):
    order.append(name)  # @first
    yield Yield()  # @yield
    order.append(name)  # @second
    yield Yield()  # @again
    order.append(name)  # @third
    return name  # @ret

@do
def main():
    a = yield Spawn(work("a"), name="a")
    b = yield Spawn(work("b"), name="b")
    yield Yield()
    order.append("main")  # @main!
    yield Gather(a, b)  # @gather
    return order  # @last

run(main())  # @run
"""

COROUTINES = """
import asyncio

async def work(name):
    x = name  # @first
    await asyncio.sleep(0)  # @sleep
    y = name  # @second
    return y

async def main():
    a = asyncio.create_task(work("a"), name="a")
    b = asyncio.create_task(work("b"), name="b")
    await asyncio.sleep(0)
    z = 1  # @main!
    await asyncio.gather(a, b)  # @gather
    return z  # @last

asyncio.run(main())
"""


def thread(session: Session, name: str) -> int:
    """The thread of a task."""
    threads = session.client.request("threads")["threads"]
    (found,) = [each["id"] for each in threads if each["name"].startswith(f"{name} #")]
    return int(found)


def step(session: Session, command: str, thread_id: int, **arguments: object) -> None:
    session.stopped = None
    session.client.request(command, threadId=thread_id, **arguments)
    session.stop()


@pytest.mark.parametrize("program", [TWO, COROUTINES], ids=["effects", "asyncio"])
@pytest.mark.parametrize("command", ["next", "stepIn"])
def test_a_step_of_another_task_acts_on_that_task(debug: Debug, program: str, command: str) -> None:
    session = debug.stopped(program)
    other = thread(session, "b")
    step(session, command, other)
    assert (session.where(), session.at().thread) == ("second", other)
    assert session.value("name") == "'b'"


@pytest.mark.parametrize("program", [TWO, COROUTINES], ids=["effects", "asyncio"])
def test_out_of_another_task_goes_to_who_waits(debug: Debug, program: str) -> None:
    session = debug.stopped(program)
    session.over()
    assert session.where() == "gather"
    step(session, "stepOut", thread(session, "b"))
    assert session.where() in ("gather", "last")
    assert session.locals()["a"]["value"]


def test_a_task_that_has_not_begun_is_stepped_to_its_first_line(debug: Debug) -> None:
    session = debug.stopped(TWO.replace('    yield Yield()\n    order.append("main")', '    order.append("main")'))
    other = thread(session, "b")
    step(session, "next", other)
    assert (session.where(), session.at().thread) == ("first", other)


def test_one_task_alone(debug: Debug) -> None:
    session = debug.stopped(TWO)
    assert session.capabilities["supportsSingleThreadExecutionRequests"] is True
    other = thread(session, "b")
    for mark in ("second", "again", "third"):
        step(session, "next", other, singleThread=True)
        assert session.where() == mark
    assert session.value("order") == "['a', 'b', 'main', 'b']"
    step(session, "next", other)
    step(session, "next", other)
    assert (session.where(), session.value("order.count('a')")) == ("gather", "3")


def test_the_main_program_alone(debug: Debug) -> None:
    session = debug.stopped(TWO.replace("    yield Gather(a, b)  # @gather", "    yield Yield()  # @gather\n    yield Gather(a, b)"))
    step(session, "next", 1, singleThread=True)
    assert session.where() == "gather"


def test_asyncio_cannot_hold_tasks_back(debug: Debug) -> None:
    session = debug.stopped(COROUTINES)
    for command in ("continue", "next", "stepIn", "stepOut"):
        said = session.client.fails(command, threadId=session.at().thread, singleThread=True)
        assert "asyncio runs its tasks in an order of its own" in said
    session.over()
    assert session.where() == "gather"


@pytest.mark.parametrize("program", [TWO, COROUTINES], ids=["effects", "asyncio"])
def test_stops_when_a_task_resumes(debug: Debug, program: str) -> None:
    session = debug.stopped(program)
    other = thread(session, "b")
    session.client.request("sandstepBreakOnResume", threadId=other, enabled=True)
    stop = session.go()
    assert (stop.thread, stop.reason) == (other, "step")
    assert session.where() in ("yield", "sleep", "second")
    assert session.finish() == 0


def test_stops_a_running_program_when_a_task_resumes(debug: Debug) -> None:
    session = debug.stopped(TWO.replace("    order.append(name)  # @second", "    while True:\n        yield Yield()  # @second"))
    other = thread(session, "b")
    session.resume("continue")
    session.client.request("sandstepBreakOnResume", threadId=other, enabled=True)
    stop = session.stop()
    assert stop.thread == other
    assert session.where() in ("yield", "second")


def test_a_breakpoint_in_another_task_says_so(debug: Debug) -> None:
    session = debug.stopped(TWO.replace("# @second", "# @second!"))
    session.over()
    assert session.where() == "gather"
    stop = session.over()
    assert (stop.reason, session.where()) == ("breakpoint", "second")
    assert stop.body["text"] == "In a #1, not in main program, which is being stepped."


def test_a_task_that_is_not_to_stop_after_all(debug: Debug) -> None:
    session = debug.stopped(TWO)
    other = thread(session, "b")
    session.client.request("sandstepBreakOnResume", threadId=other, enabled=True)
    session.client.request("sandstepBreakOnResume", threadId=other, enabled=False)
    assert session.finish() == 0


def test_a_task_that_is_no_more_cannot_be_stepped(debug: Debug) -> None:
    session = debug.stopped(
        """
        from sandstep.effects import *
        @do
        def fail():
            yield Yield()
            raise ValueError("no")
        @do
        def main():
            task = yield Spawn(fail(), name="fail")
            yield Yield()
            yield Yield()
            a = 1  # @here!
            yield Try(Wait(task))
        run(main())
        """
    )
    other = thread(session, "fail")
    assert "has ended" in session.client.fails("next", threadId=other)
    assert "has ended" in session.client.fails("sandstepBreakOnResume", threadId=other, enabled=True)
    assert session.finish() == 0
