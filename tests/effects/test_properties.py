"""Random programs of effects and handlers, and random schedules."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sandstep.effects import (
    AcquireSemaphore,
    Cancel,
    Continuation,
    CreateSemaphore,
    DeadlockError,
    Delegate,
    DoeffTraceback,
    Effect,
    Gather,
    Pass,
    Put,
    ReleaseSemaphore,
    Resume,
    ResumeThrow,
    Spawn,
    TaskCancelledError,
    Transfer,
    Try,
    UnhandledEffectError,
    Wait,
    WithHandler,
    Yield,
    do,
    inspect,
    run,
)

from tests.effects import reference
from tests.effects.reference import BEHAVIOURS, Failure, Step

Steps = Generator[Any, Any, Any]


@dataclass(frozen=True)
class Numbered(Effect[int]):
    number: int


def name_of(error: Exception) -> str:
    return "unhandled" if isinstance(error, UnhandledEffectError) else error.name if isinstance(error, Failure) else repr(error)


@do
def program(steps: tuple[Step, ...]) -> Steps:
    total = 0
    for one in steps:
        total = total * 3 + (yield step(one))
    return total


@do
def step(one: Step) -> Steps:
    match one.kind:
        case "constant":
            return one.number
        case "raise":
            raise Failure(f"step {one.number}")
        case "perform":
            return (yield Numbered(one.number))
        case "call":
            return (yield program(one.body))
        case "try":
            try:
                return (yield program(one.body))
            except Exception as error:
                return len(name_of(error))
    return (yield WithHandler(handler(one), program(one.body)))


def handler(one: Step) -> Any:
    def handles(effect: Numbered, k: Continuation) -> Steps:
        if effect.number != one.number or one.behaviour == "pass":
            return (yield Pass())
        match one.behaviour:
            case "resume":
                return (yield Resume(k, 10 + effect.number))
            case "transfer":
                yield Transfer(k, 10 + effect.number)
            case "resume_then_add":
                return (yield Resume(k, 20)) + 5
            case "abort":
                return 100
            case "raise":
                raise Failure("handler")
            case "throw":
                return (yield ResumeThrow(k, Failure("thrown")))
            case "delegate":
                return (yield Resume(k, (yield Delegate()) + 1))
            case "perform_other":
                return (yield Resume(k, (yield Numbered(effect.number + 1)) + 1))
            case "catch":
                try:
                    return (yield Resume(k, 7))
                except Exception as error:
                    return len(name_of(error))
        yield Resume(k, 3)
        raise Failure("late")

    return handles


numbers = st.integers(0, 2)
leaves = st.one_of(
    st.builds(Step, st.just("constant"), numbers), st.builds(Step, st.just("perform"), numbers), st.builds(Step, st.just("raise"), numbers)
)


def bodies(children: st.SearchStrategy[Step]) -> st.SearchStrategy[Step]:
    body = st.lists(children, min_size=1, max_size=4).map(tuple)
    plain = st.builds(Step, st.sampled_from(["call", "try"]), body=body)
    return st.one_of(plain, st.builds(Step, st.just("handle"), numbers, st.sampled_from(BEHAVIOURS), body))


programs = st.lists(st.recursive(leaves, bodies, max_leaves=25), min_size=1, max_size=4).map(tuple)


@settings(max_examples=400, deadline=None)
@given(programs)
def test_the_machine_does_what_the_semantics_say(steps: tuple[Step, ...]) -> None:
    expected = reference.run(steps)
    try:
        actual: Any = reference.Return(run(program(steps), handlers=[]))
    except Exception as error:
        actual = reference.Raise(name_of(error))
        trace = DoeffTraceback.of(error)
        assert trace is not None
        assert trace.format_default()
        assert trace.format_chained()
    assert actual == expected
    assert inspect.runs() == []


@dataclass(frozen=True)
class Job:
    """A task: what it does, in order. Each word of `actions` is one thing."""

    actions: tuple[str, ...]
    children: tuple[Job, ...] = ()


def jobs() -> st.SearchStrategy[Job]:
    actions = st.lists(st.sampled_from(["yield", "lock", "fail", "put"]), max_size=4).map(tuple)
    return st.recursive(
        st.builds(Job, actions), lambda inner: st.builds(Job, actions, st.lists(inner, max_size=3).map(tuple)), max_leaves=12
    )


@do
def works(job: Job, semaphore: Any, log: list[str]) -> Steps:
    children = []
    for child in job.children:
        children.append((yield Spawn(works(child, semaphore, log))))
    for action in job.actions:
        if action == "yield":
            yield Yield()
        elif action == "put":
            yield Put("last", len(log))
        elif action == "fail":
            raise Failure("job")
        else:
            yield AcquireSemaphore(semaphore)
            log.append("in")
            yield Yield()
            log.append("out")
            yield ReleaseSemaphore(semaphore)
    results = []
    for child in children:
        results.append((yield Try(Wait(child))))
    return 1 + sum(result.value for result in results if result)


def expected_sum(job: Job) -> int | None:
    if "fail" in job.actions:
        return None
    return 1 + sum(expected_sum(child) or 0 for child in job.children)


@settings(max_examples=150, deadline=None)
@given(jobs())
def test_any_schedule_comes_to_the_same(job: Job) -> None:
    log: list[str] = []

    @do
    def main() -> Steps:
        semaphore = yield CreateSemaphore(1)
        task = yield Spawn(works(job, semaphore, log))
        return (yield Try(Wait(task)))

    result = run(main())
    assert (result.value if result else None) == expected_sum(job)
    assert log == (["in", "out"] * len(log))[: len(log)]
    assert inspect.tasks() == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(0, 5))
def test_turns_are_fair(lengths: list[int], extra: int) -> None:
    turns: list[int] = []

    @do
    def worker(name: int, length: int) -> Steps:
        for _ in range(length):
            turns.append(name)
            yield Yield()

    @do
    def main() -> Steps:
        tasks = []
        for name, length in enumerate(lengths):
            tasks.append((yield Spawn(worker(name, length + extra))))
        yield Gather(*tasks)

    run(main())
    rounds = [[name for name, length in enumerate(lengths) if length + extra > turn] for turn in range(max(lengths) + extra)]
    assert turns == [name for turn in rounds for name in turn]


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(0, 5))
def test_cycles_of_waiting_are_found(size: int, victim: int) -> None:
    tasks: list[Any] = []

    @do
    def waits(number: int) -> Steps:
        yield Yield()
        yield Wait(tasks[(number + 1) % size])

    @do
    def main() -> Steps:
        for number in range(size):
            tasks.append((yield Spawn(waits(number), name=f"t{number}")))
        try:
            yield Gather(*tasks)
        except DeadlockError as error:
            message = str(error)
        yield Cancel(tasks[victim % size])
        outcome = yield Try(Gather(*tasks))
        return message, outcome

    message, outcome = run(main())
    assert all(f"task {n + 1} (t{n}) waits for task {(n + 1) % size + 1} (t{(n + 1) % size})" in message for n in range(size))
    assert isinstance(outcome.error, TaskCancelledError)
