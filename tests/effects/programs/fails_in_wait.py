# mypy: ignore-errors
"""A failure that arrives in `Wait`."""

from sandstep.effects import Ask, Local, Spawn, Wait, Yield, do, run


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
    return (yield Wait(task))


if __name__ == "__main__":
    run(main(), env={"size": "large"})
