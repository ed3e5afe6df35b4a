# mypy: ignore-errors
"""A failure that arrives in `Gather`."""

from sandstep.effects import Ask, Gather, Local, Spawn, Yield, do, run


@do
def worker(name):
    yield Yield()
    size = yield Ask("size")
    raise LookupError(f"{name} has no {size}")


@do
def main():
    first = yield Spawn(worker("first"), name="first")
    yield Local({"size": "small"}, waits(first))


@do
def waits(task):
    return (yield Gather(task))


if __name__ == "__main__":
    run(main(), env={"size": "large"})
