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
            seen[info.name] = (info.status, info.waits_for, info.waiting_on, info.parent_task, shape(inspect.chain(info)))

    run(main())
    middle_chain = ["effect Gather(Task(2, 'the leaf'))", "program middle:3", "task 1 spawned by 0", "program main:6"]
    assert seen["middle"] == ("waiting", "task 2 (the leaf)", (2,), 0, middle_chain)
    leaf_chain = ["effect Wait(Promise('promise 1'))", "program leaf:2", "task 2 spawned by 1", *middle_chain]
    assert seen["the leaf"] == ("waiting", "promise 1", (), 1, leaf_chain)
    assert seen["main"] == ("running", "", (), None, ["program main:6"])


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
