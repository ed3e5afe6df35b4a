# mypy: ignore-errors
"""A continuation that is used a second time."""

from sandstep.effects import Ask, Resume, WithHandler, do, run


def greedy(effect: Ask, k):
    first = yield Resume(k, 1)
    second = yield Resume(k, 2)
    return first, second


@do
def main():
    return (yield Ask("x"))


if __name__ == "__main__":
    run(WithHandler(greedy, main()))
