# mypy: ignore-errors
"""Section 9: objects that say by a number what they are."""

from cases import case
from doeff import do
from doeff_vm import EffectBase, Pure, PyVM, Resume, WithHandler


class Tagged:
    def __init__(self, tag, **fields):
        self.tag = tag
        self.__dict__.update(fields)


class Plain(EffectBase):
    pass


@do
def yields(item):
    try:
        return (yield item)
    except Exception as error:
        return type(error).__name__, str(error)


@do
def answers(effect, k):
    return (yield Resume(k, "answered"))


@case
def values_and_effects():
    items = [Tagged(0, value=7), Tagged(5, effect=Plain()), Tagged(128), Tagged(20, handler=answers, body=Pure(2)), Tagged(27)]
    return [PyVM().run(WithHandler(answers, yields(item))) for item in items[:4]]


@case
def malformed():
    return [PyVM().run(yields(item))[0] for item in (Tagged(8), Tagged(99), Tagged(6), Tagged(6, continuation=1, value=2), Tagged(20))]


@case
def unknown_for_run():
    return PyVM().run(Tagged(99))


@case
def continuations():
    @do
    def old_style(effect, k):
        return (yield Tagged(6, continuation=k, value=5))

    @do
    def body():
        return (yield Plain())

    return PyVM().run(WithHandler(old_style, body()))
