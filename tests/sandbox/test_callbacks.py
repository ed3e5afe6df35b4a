"""Host functions that programs call."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Literal

import pytest
from sandstep.sandbox import Callback, CallbackLimit, CallbackTimeLimit, Cancelled, Limits, Sandbox, callback


@callback
def add(a: int, b: int = 2) -> int:
    """Adds two numbers."""
    return a + b


@callback(name="look_up", description="Looks a user up.")
async def fetch(kind: Literal["user", "group"], ids: list[int]) -> dict[str, Any]:
    await asyncio.sleep(0)
    return {"kind": kind, "ids": ids}


def fails() -> None:
    raise PermissionError("not you")


def finds(key: str) -> str:
    return {"something": "found"}[key]


def test_called_by_name_place_and_invoke() -> None:
    with Sandbox(callbacks=[add, fetch]) as box:
        result = box.run("result = [await add(1), await add(1, b=5), await invoke('add', a=7), await look_up(kind='user', ids=[1, 2])]")
        assert result.check().value == [3, 6, 9, {"kind": "user", "ids": [1, 2]}]


def test_listed_with_schema() -> None:
    with Sandbox(callbacks=[add, fetch]) as box:
        listed = box.run("result = list_callbacks()").check().value
    assert [each["name"] for each in listed] == ["add", "look_up"]
    assert listed[0]["description"] == "Adds two numbers."
    assert listed[0]["schema"]["properties"]["a"] == {"type": "integer"}
    assert listed[0]["schema"]["required"] == ["a"]
    assert listed[1]["schema"]["properties"]["kind"]["enum"] == ["group", "user"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("add('x')", "TypeError: add: Expected `int`, got `str` - at `$.a`"),
        ("add()", "TypeError: add: Object missing required field `a`"),
        ("add(a=1, c=2)", "TypeError: add: Object contains unknown field `c`"),
        ("look_up(kind='x', ids=[])", "TypeError: look_up: Invalid enum value 'x' - at `$.kind`"),
        ("fails()", "PermissionError: not you"),
        ("invoke('nobody')", "LookupError: there is no callback 'nobody'; the host offers: add, look_up, fails, finds"),
        ("finds('nothing')", "KeyError: 'nothing'"),
        ("invoke('\\ud800')", "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed"),
        ("add(object())", "TypeError: object is no JSON value"),
    ],
)
def test_errors_reach_the_program(call: str, error: str) -> None:
    with Sandbox(callbacks=[add, fetch, fails, finds]) as box:
        caught = box.run(f"try:\n    await {call}\nexcept Exception as e:\n    result = f'{{type(e).__name__}}: {{e}}'")
        assert caught.check().value == error


def test_ten_at_once() -> None:
    """None of ten calls can end before all have begun: they are under way together."""
    together = threading.Barrier(10)
    with Sandbox(callbacks={"meet": lambda: together.wait(30) >= 0}) as box:
        result = box.run("import asyncio\nresult = await asyncio.gather(*(meet() for _ in range(10)))")
    assert result.check().value == [True] * 10


def test_a_call_that_lasts_does_not_hold_up_the_next() -> None:
    """The first returns only when the second has been called, which comes later and alone."""
    second = threading.Event()

    def first() -> bool:
        return second.wait(30)

    code = "import asyncio\ntask = asyncio.create_task(first())\nawait asyncio.sleep(0.02)\nawait second()\nresult = await task"
    with Sandbox(callbacks={"first": first, "second": second.set}) as box:
        assert box.run(code).check().value is True


def test_an_answer_that_is_late_is_not_the_next_runs() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def late() -> str:
        begun.set()
        go_on.wait(30)
        return "late"

    with Sandbox(callbacks={"late": late, "quick": lambda: "quick"}) as box:
        box.run("import asyncio\ntask = asyncio.create_task(late())\nawait asyncio.sleep(0.05)")
        assert begun.is_set()
        assert [box.run("result = await quick()").value for _ in range(3)] == ["quick"] * 3
        go_on.set()
        assert [box.run("result = await quick()").value for _ in range(10)] == ["quick"] * 10


def test_async_ones_run_in_the_callers_loop() -> None:
    async def main() -> list[Any]:
        loop = asyncio.get_running_loop()

        async def here() -> bool:
            return asyncio.get_running_loop() is loop

        with Sandbox(callbacks=[here]) as box:
            results = await asyncio.gather(*(box.run_async(f"result = [{n}, await here()]") for n in range(5)))
            return [result.check().value for result in results]

    assert asyncio.run(main()) == [[n, True] for n in range(5)]


def test_limits() -> None:
    forever = threading.Event()
    with Sandbox(callbacks={"add": add, "stuck": forever.wait}, limits=Limits(callbacks=3, callback_time=0.3)) as box:
        often = box.run("for _ in range(4): await add(1)").error
        assert isinstance(often, CallbackLimit)
        assert often.amount == 3
        late = box.run("await stuck(timeout=None)").error
        assert isinstance(late, CallbackTimeLimit)
        assert "stuck" in str(late)
    forever.set()


def test_a_timeout_of_its_own_is_the_programs_to_handle() -> None:
    forever = threading.Event()
    slow = Callback(forever.wait, name="slow", timeout=0.2)
    with Sandbox(callbacks=[slow]) as box:
        result = box.run("try:\n    await slow()\nexcept TimeoutError as e:\n    result = str(e)")
    forever.set()
    assert result.check().value == "slow took longer than its limit of 0.2 s"


def test_a_call_that_is_given_up_is_cancelled() -> None:
    async def main() -> None:
        cancelled = asyncio.Event()

        async def forever() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.set()
                raise

        with Sandbox(callbacks=[forever]) as box:
            code = "import asyncio\ntry:\n    async with asyncio.timeout(0.05): await forever()\nexcept TimeoutError: result = 'late'"
            assert (await box.run_async(code)).check().value == "late"
            await asyncio.wait_for(cancelled.wait(), 30)

    asyncio.run(main())


def test_cancelling_the_task_cancels_the_run() -> None:
    async def main() -> None:
        begun = asyncio.Event()

        async def begin() -> None:
            begun.set()

        with Sandbox(callbacks=[begin]) as box:
            task = asyncio.create_task(box.run_async("await begin()\nwhile True: pass"))
            await asyncio.wait_for(begun.wait(), 30)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await box.run_async("result = 1")).value == 1

    asyncio.run(main())


def test_cancelled_while_a_callback_runs() -> None:
    begun, forever = threading.Event(), threading.Event()

    def stuck() -> None:
        begun.set()
        forever.wait()

    with Sandbox(callbacks=[stuck]) as box:
        running = box.start("await stuck()")
        assert begun.wait(30)
        running.cancel()
        assert isinstance(running.result().error, Cancelled)
    forever.set()


@pytest.mark.parametrize("function", [lambda *a: 1, lambda **k: 1])
def test_what_cannot_be_offered(function: Any) -> None:
    with pytest.raises(TypeError, match="cannot take"):
        Sandbox(callbacks={"f": function})
    with pytest.raises(TypeError, match="no name"):
        Sandbox(callbacks={"not a name": add})
    with pytest.raises(TypeError, match="Two callbacks"):
        Sandbox(callbacks=[add, Callback(fails, name="add")])
