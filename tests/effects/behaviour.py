# mypy: ignore-errors
"""A program that says how the machine behaves: run on the host and in the sandbox, it has to say the same."""

import asyncio
import traceback

from sandstep.effects import (
    Ask,
    Await,
    Effect,
    Gather,
    Get,
    GetTraceback,
    Modify,
    Put,
    Resume,
    Spawn,
    Tell,
    Try,
    WithHandler,
    Yield,
    do,
    inspect,
    run,
)


class Depth(Effect):
    pass


def measures(effect: Depth, k):
    return (yield Resume(k, len((yield GetTraceback(k)))))


def answers(effect: Ask, k):
    return (yield Resume(k, 1))


@do
def loops():
    depths = set()
    for _ in range(100):
        yield Ask("x")
        depths.add((yield Depth()))
    return depths


@do
def down(depth):
    return 0 if depth == 0 else 1 + (yield down(depth - 1))


@do
def counts(number):
    for _ in range(number):
        yield Modify("n", lambda n: (n or 0) + 1)
        yield Yield()


@do
def concurrent():
    tasks = []
    for _ in range(10):
        tasks.append((yield Spawn(counts(100))))
    yield Gather(*tasks)
    return (yield Get("n"))


@do
def awaits():
    async def later(value):
        await asyncio.sleep(0.001)
        return value

    tasks = []
    for value in range(3):
        tasks.append((yield Spawn(one(later(value)))))
    return (yield Gather(*tasks))


@do
def one(awaitable):
    return (yield Await(awaitable))


@do
def fails():
    yield Put("n", 1)
    yield Tell("about to fail")
    raise ValueError("failed")


@do
def looks():
    yield Get("n")
    return [type(link).__name__ for link in inspect.running_chain(inspect.runs()[-1])]


def traced():
    try:
        run(fails())
    except ValueError as error:
        return [entry.name for entry in traceback.extract_tb(error.__traceback__)]


if __name__ == "__main__":
    print("a tail resume leaves no frame:", run(WithHandler(measures, WithHandler(answers, loops()))))
    print("nested programs:", run(down(100_000), handlers=[]))
    print("tasks:", run(concurrent()))
    print("awaitables:", run(awaits()))
    print("failures as values:", run(Try(fails())))
    print("frames in a traceback:", traced())
    print("the live chain:", run(looks()))
