"""The live chain, as a debugger reads it while the program stands still."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sandstep.effects import (
    Ask,
    Continuation,
    CreatePromise,
    Effect,
    Gather,
    Get,
    Resume,
    Spawn,
    TaskCancelledError,
    Try,
    Wait,
    WithHandler,
    Yield,
    do,
    inspect,
    run,
)
from sandstep.effects.inspect import EffectLink, FrameLink, TaskLink

Steps = Generator[Any, Any, Any]


def shape(links: list[inspect.Link], runtime: bool = False) -> list[str]:
    """A chain as short texts; without the runtime's own frames, as a debugger hides them."""
    texts = []
    for link in links:
        if isinstance(link, EffectLink):
            texts.append(f"effect {link.effect!r}")
        elif isinstance(link, TaskLink):
            texts.append(f"task {link.task.task_id} spawned by {link.task.parent_task}")
        elif runtime or link.role != "runtime":
            texts.append(f"{link.role} {link.name}:{link.frame.f_lineno - link.frame.f_code.co_firstlineno}")
    return texts


class Look(Effect[Any]):
    def __repr__(self) -> str:
        return "Look()"


def looking(seen: dict[str, Any]) -> Any:
    def looks(effect: Look, k: Continuation) -> Steps:
        seen["handler"] = shape(inspect.running_chain(inspect.runs()[-1]))
        seen["links"] = inspect.running_chain(inspect.runs()[-1])
        return (yield Resume(k, None))

    return looks


def test_a_handler_at_work() -> None:
    seen: dict[str, Any] = {}

    @do
    def inner() -> Steps:
        yield Get("x")
        yield Look()

    @do
    def main() -> Steps:
        yield inner()

    run(WithHandler(looking(seen), main()))
    assert seen["handler"] == ["handler looks:1", "effect Look()", "program inner:3", "program main:2"]
    effect = next(link for link in seen["links"] if isinstance(link, EffectLink))
    assert [(handler.name, handler.status) for handler in effect.handlers][:2] == [("looks", "active"), ("state", "pending")]
    assert effect.created_at is None
    assert next(link.effect for link in seen["links"] if isinstance(link, FrameLink) and link.role == "handler").__class__ is Look


def test_generators_have_their_frames_and_locals() -> None:
    found: list[Any] = []

    @do
    def inner() -> Steps:
        secret = "of inner"
        look()
        yield Get(secret)

    @do
    def main() -> Steps:
        own = "of main"
        yield inner()
        return own

    def look() -> None:
        found.extend(link for link in inspect.running_chain(inspect.runs()[-1]) if isinstance(link, FrameLink) and link.role == "program")

    run(main())
    assert [link.name for link in found] == ["inner", "main"]
    assert all(link.generator.__name__ == link.name for link in found)


def test_yield_from_shows_every_generator() -> None:
    seen: dict[str, Any] = {}

    @do
    def main() -> Steps:
        yield from helper()

    def helper() -> Steps:
        yield from Look()

    run(WithHandler(looking(seen), main()))
    assert seen["handler"] == ["handler looks:1", "effect Look()", "program helper:1", "program main:2"]


def test_tasks_and_their_parents() -> None:
    seen: dict[str, Any] = {}

    @do
    def leaf(promise: Any) -> Steps:
        yield Wait(promise)

    @do
    def middle(promise: Any) -> Steps:
        task = yield Spawn(leaf(promise), name="the leaf")
        yield Gather(task)

    @do
    def main() -> Steps:
        promise = yield CreatePromise()
        yield Spawn(middle(promise))
        yield Yield()
        yield Yield()
        look()

    def look() -> None:
        for info in inspect.tasks():
            above = inspect.parent(info)
            seen[info.name] = (info.status, info.waits_for, info.waiting_on, above and above.name, shape(inspect.chain(info)))
        seen["running"] = shape(inspect.running_chain(inspect.runs()[0])), inspect.running_task(inspect.runs()[0])

    run(main())
    middle_chain = ["effect Gather(Task(2, 'the leaf'))", "program middle:3", "task 1 spawned by 0"]
    assert seen["middle"] == ("waiting", "task 2 (the leaf)", (2,), "main", middle_chain)
    leaf_chain = ["effect Wait(Promise('promise 1'))", "program leaf:2", "task 2 spawned by 1"]
    assert seen["the leaf"] == ("waiting", "promise 1", (), "middle", leaf_chain)
    assert seen["main"] == ("running", "", (), None, [])
    assert seen["running"] == (["program main:6"], None)


def test_a_running_task_stands_on_top_of_what_hosts_its_scheduler() -> None:
    seen: dict[str, Any] = {}

    @do
    def leaf() -> Steps:
        yield Get("x")
        seen["chain"] = inspect.running_chain(inspect.runs()[0])
        seen["task"] = inspect.running_task(inspect.runs()[0])

    @do
    def main() -> Steps:
        task = yield Spawn(leaf(), name="the leaf")
        yield Wait(task)

    run(main())
    assert shape(seen["chain"]) == ["program leaf:4", "task 1 spawned by 0"]
    assert seen["task"].name == "the leaf"
    assert [link.scheduler for link in seen["chain"] if isinstance(link, FrameLink)][-1] is seen["task"].scheduler


def test_a_failed_task_is_there_until_its_outcome_is_taken() -> None:
    seen: list[list[str]] = []

    @do
    def fails() -> Steps:
        yield Get("x")
        raise ValueError("no")

    @do
    def main() -> Steps:
        task = yield Spawn(fails(), name="fails")
        yield Yield()
        seen.append([f"{info.name} {info.status}" for info in inspect.tasks()])
        yield Try(Wait(task))
        seen.append([info.name for info in inspect.tasks()])

    run(main())
    assert seen == [["main running", "fails failed"], ["main"]]


def test_a_task_that_is_held_back_runs_when_no_other_can() -> None:
    turns: list[str] = []

    @do
    def worker(name: str) -> Steps:
        for _ in range(2):
            turns.append(name)
            yield Yield()

    @do
    def main() -> Steps:
        tasks = []
        for name in "abc":
            tasks.append((yield Spawn(worker(name), name=name)))
        held = next(info for info in inspect.tasks() if info.name == "a")
        assert held.scheduler is not None
        held.scheduler.hold(held, True)
        yield Gather(*tasks)

    run(main())
    assert "".join(turns) == "bcbcaa"


def test_what_an_effect_says() -> None:
    assert inspect.fields(Get("x")) == [("key", "x")]
    assert [value for _, value in inspect.fields(Gather())] == []


def test_a_resumed_handler_waits_below() -> None:
    seen: dict[str, Any] = {}

    def holds(effect: Ask, k: Continuation) -> Steps:
        value = yield Resume(k, 1)
        return value

    @do
    def main() -> Steps:
        yield Ask("x")
        look()

    def look() -> None:
        seen["chain"] = shape(inspect.running_chain(inspect.runs()[-1]))

    run(WithHandler(holds, main()))
    assert seen["chain"] == ["program main:3", "handler holds:1"]


def test_a_debugger_can_cancel_a_task() -> None:
    @do
    def waits(promise: Any) -> Steps:
        yield Wait(promise)

    @do
    def main() -> Steps:
        promise = yield CreatePromise()
        task = yield Spawn(waits(promise), name="waits")
        yield Yield()
        outcomes = [inspect.cancel(info) for info in inspect.tasks()]
        return outcomes, (yield Try(Wait(task)))

    outcomes, result = run(main())
    assert outcomes == [False, True]
    assert isinstance(result.error, TaskCancelledError)


def test_a_debugger_can_hold_the_other_tasks_back() -> None:
    turns: list[str] = []

    @do
    def worker(name: str) -> Steps:
        for _ in range(3):
            turns.append(name)
            yield Yield()

    @do
    def main() -> Steps:
        tasks = []
        for name in "ab":
            tasks.append((yield Spawn(worker(name), name=name)))
        inspect.prefer(next(info for info in inspect.tasks() if info.name == "b"))
        yield Gather(*tasks)

    run(main())
    assert "".join(turns) == "bbbaaa"


def test_nothing_is_left_after_a_run() -> None:
    assert inspect.runs() == []
    assert inspect.tasks() == []


def test_continuations_of_any_scheduler_can_be_found() -> None:
    counts: list[int] = []
    kept: list[Continuation] = []

    def keeps(effect: Look, k: Continuation) -> Steps:
        kept.append(k)
        mine = [each for each in inspect.suspended() if each is k]
        counts.append(len(mine))
        assert shape(inspect.suspended_chain(k))[0] == "effect Look()"
        return None
        yield

    @do
    def main() -> Steps:
        yield Look()

    run(WithHandler(keeps, main()))
    assert counts == [1]
    kept.clear()
