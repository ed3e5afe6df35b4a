# mypy: ignore-errors
"""An effect that no handler takes, three calls deep and with a helper that is no program."""

from dataclasses import dataclass

from sandstep.effects import Effect, do, run


@dataclass(frozen=True)
class Launch(Effect[None]):
    missile: str


def make_effect():
    return Launch("one")


@do
def inner():
    yield make_effect()


@do
def main():
    yield from inner()


if __name__ == "__main__":
    run(main())
