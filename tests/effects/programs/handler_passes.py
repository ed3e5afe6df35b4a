# mypy: ignore-errors
"""An effect that one handler passes on and another delegates, before a third answers."""

from sandstep.effects import Ask, Delegate, Pass, Resume, WithHandler, do, run


def passes(effect: Ask, k):
    return (yield Pass())


def delegates(effect: Ask, k):
    value = yield Delegate()
    return (yield Resume(k, value * 2))


@do
def main():
    value = yield Ask("size")
    raise ValueError(f"size {value} is too large")


if __name__ == "__main__":
    run(WithHandler(delegates, WithHandler(passes, main())), env={"size": 21})
