# mypy: ignore-errors
"""A handler that returns without resuming: history, shown by format_chained alone."""

from sandstep.effects import Ask, Pass, Put, WithHandler, do, run


def short_circuit(effect: Ask, k):
    if effect.key == "mode":
        return "fallback"
    return (yield Pass())


@do
def inner():
    mode = yield Ask("mode")
    yield Put("result", mode)


@do
def outer():
    result = yield WithHandler(short_circuit, inner())
    raise ValueError(f"unexpected: {result}")


if __name__ == "__main__":
    run(outer())
