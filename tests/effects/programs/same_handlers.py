# mypy: ignore-errors
"""Two effect frames with one stack of handlers: a handler's own effect fails inside the effect that it handles."""

from sandstep.effects import Gather, Spawn, Wait, do, run


@do
def leaf():
    raise ValueError("inner error")
    yield


@do
def middle():
    task = yield Spawn(leaf())
    return (yield Wait(task))


@do
def outer():
    task = yield Spawn(middle())
    return (yield Gather(task))


if __name__ == "__main__":
    run(outer())
