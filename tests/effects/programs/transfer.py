# mypy: ignore-errors
"""A handler that leaves for another continuation: the chain before it is still shown."""

from sandstep.effects import Ask, Effect, Pass, Pure, Tell, Transfer, WithHandler, do, run


class Save(Effect[object]):
    def __repr__(self):
        return "Save()"


saved = []


def redirect_handler(effect, k):
    if isinstance(effect, Save):
        saved.append(k)
        return (yield Pure("saved"))
    if isinstance(effect, Ask) and effect.key == "redirect":
        return (yield Transfer(saved.pop(), "redirected_value"))
    return (yield Pass())


@do
def program_a():
    value = yield Save()
    raise ValueError(f"unexpected: {value}")


@do
def trigger():
    yield Tell("redirecting")
    yield Ask("redirect")


@do
def main():
    yield WithHandler(redirect_handler, program_a())
    yield WithHandler(redirect_handler, trigger())


if __name__ == "__main__":
    run(main())
