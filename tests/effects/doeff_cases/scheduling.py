# mypy: ignore-errors
"""doeff's scheduler in Python: tasks, promises, semaphores, and what they fail with."""

import asyncio
import os

os.environ["DOEFF_SCHEDULER"] = "python"

from cases import case
from doeff import (
    AcquireSemaphore,
    Await,
    Cancel,
    CompletePromise,
    CreatePromise,
    CreateSemaphore,
    FailPromise,
    Gather,
    Get,
    Put,
    Race,
    ReleaseSemaphore,
    Spawn,
    TaskCancelledError,
    Wait,
    do,
    run,
)
from doeff_core_effects.handlers import await_handler, state
from doeff_core_effects.scheduler import scheduled


@do
def adds(n):
    total = yield Get("n")
    yield Put("n", total + n)
    return n * 2


@case
def gathering():
    @do
    def main():
        tasks = []
        for n in range(5):
            tasks.append((yield Spawn(adds(n))))
        return (yield Gather(*tasks)), (yield Get("n"))

    return run(scheduled(state(initial={"n": 0})(main())))


@do
def fails(n):
    yield adds(n)
    raise ValueError(f"task {n}")


@case
def failing_in_gather():
    @do
    def main():
        first = yield Spawn(adds(1))
        second = yield Spawn(fails(2))
        return (yield Gather(first, second))

    return run(scheduled(state(initial={"n": 0})(main())))


@case
def failing_in_wait():
    @do
    def main():
        task = yield Spawn(fails(2))
        return (yield Wait(task))

    return run(scheduled(state(initial={"n": 0})(main())))


@case
def failing_in_race():
    @do
    def main():
        task = yield Spawn(fails(2))
        return (yield Race(task))

    return run(scheduled(state(initial={"n": 0})(main())))


@case
def nested_spawns():
    @do
    def middle():
        task = yield Spawn(fails(3))
        return (yield Gather(task))

    @do
    def main():
        task = yield Spawn(middle())
        return (yield Gather(task))

    return run(scheduled(state(initial={"n": 0})(main())))


@case
def promises():
    @do
    def completes(promise):
        yield CompletePromise(promise, 42)

    @do
    def breaks(promise):
        yield FailPromise(promise, KeyError("broken"))

    @do
    def main():
        first = yield CreatePromise()
        second = yield CreatePromise()
        yield Spawn(completes(first))
        yield Spawn(breaks(second))
        value = yield Wait(first.future)
        try:
            yield Wait(second.future)
        except KeyError as error:
            return value, str(error)

    return run(scheduled(main()))


@case
def semaphores():
    order = []

    @do
    def works(semaphore, n):
        yield AcquireSemaphore(semaphore)
        order.append(n)
        yield ReleaseSemaphore(semaphore)

    @do
    def main():
        semaphore = yield CreateSemaphore(1)
        tasks = []
        for n in range(4):
            tasks.append((yield Spawn(works(semaphore, n))))
        yield Gather(*tasks)
        return order

    return run(scheduled(main()))


@case
def cancelling():
    cleaned = []

    @do
    def waits(promise):
        try:
            yield Wait(promise.future)
        finally:
            cleaned.append("finally")

    @do
    def main():
        promise = yield CreatePromise()
        task = yield Spawn(waits(promise))
        other = yield Spawn(adds(1))
        yield Wait(other)
        yield Cancel(task)
        try:
            yield Wait(task)
        except TaskCancelledError:
            return "cancelled", cleaned

    return run(scheduled(state(initial={"n": 0})(main())))


@case
def deadlock():
    @do
    def main():
        promise = yield CreatePromise()
        yield Wait(promise.future)

    return run(scheduled(main()))


@case
def many_tasks():
    @do
    def main():
        tasks = []
        for n in range(300):
            tasks.append((yield Spawn(adds(n))))
        return sum((yield Gather(*tasks)))

    return run(scheduled(state(initial={"n": 0})(main())))


@case
def awaiting():
    async def later(n):
        await asyncio.sleep(0.001 * n)
        return n

    @do
    def awaits(n):
        return (yield Await(later(n)))

    @do
    def main():
        tasks = []
        for n in range(4):
            tasks.append((yield Spawn(awaits(n))))
        return (yield Gather(*tasks))

    return run(scheduled(await_handler()(main())))


@case
def awaiting_a_failure():
    async def breaks():
        raise OSError("broken")

    @do
    def main():
        try:
            yield Await(breaks())
        except OSError as error:
            return str(error)

    return run(scheduled(await_handler()(main())))
