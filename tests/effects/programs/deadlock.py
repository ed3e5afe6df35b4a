# mypy: ignore-errors
"""Tasks that wait for each other."""

from sandstep.effects import CreatePromise, Gather, Spawn, Wait, do, run


@do
def worker(promise):
    return (yield Wait(promise))


@do
def main():
    promise = yield CreatePromise()
    first = yield Spawn(worker(promise))
    second = yield Spawn(worker(promise), name="second")
    yield Gather(first, second)


if __name__ == "__main__":
    run(main())
