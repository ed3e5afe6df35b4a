# mypy: ignore-errors
"""A handler that catches what the resumed program raises, and raises another exception from it."""

from sandstep.effects import Ask, Resume, WithHandler, do, run


class ApplicationError(Exception):
    pass


def error_wrapper(effect: Ask, k):
    try:
        return (yield Resume(k, "value"))
    except ValueError as error:
        raise ApplicationError(f"failed in handler: {error}") from error


@do
def inner():
    value = yield Ask("something")
    raise ValueError(f"cannot use {value}")


@do
def main():
    yield WithHandler(error_wrapper, inner())


if __name__ == "__main__":
    run(main())
