# mypy: ignore-errors
"""Section 8: observers and the state handler."""

from cases import case
from doeff import Get, Put, WithObserve, do, run
from doeff_core_effects.handlers import state
from doeff_vm import Callable, EffectBase, GetHandlers, Pass, PyVM, Resume, WithBoundaries, WithHandler
from doeff_vm import WithObserve as RawObserve
from doeff_vm.doeff_vm import StateHandler


class Plain(EffectBase):
    def __repr__(self):
        return "Plain()"


class Other(EffectBase):
    def __repr__(self):
        return "Other()"


@do
def asks():
    return (yield Plain())


@do
def answers(effect: Plain, k):
    return (yield Resume(k, (yield Other())))


@do
def others(effect: Other, k):
    return (yield Resume(k, 3))


@case
def hear_every_effect():
    heard = []
    program = WithObserve(lambda effect: heard.append(("inner", effect)), asks())
    program = WithHandler(others, WithObserve(lambda effect: heard.append(("outer", effect)), WithHandler(answers, program)))
    return PyVM().run(program), heard


@case
def veto():
    called = []

    def refuses(effect):
        raise PermissionError("no")

    @do
    def counts(effect, k):
        called.append(effect)
        return (yield Resume(k, 1))

    @do
    def body():
        try:
            yield Plain()
        except PermissionError as error:
            return str(error)

    return PyVM().run(WithHandler(counts, RawObserve(Callable(refuses), body()))), called


@case
def passing_is_not_heard_again():
    heard = []

    @do
    def passes(effect, k):
        yield Pass(effect, k)

    @do
    def simple(effect, k):
        return (yield Resume(k, 1))

    return PyVM().run(WithObserve(heard.append, WithHandler(simple, WithHandler(passes, asks())))), heard


@case
def boundaries_innermost_first():
    heard = []

    @do
    def first(effect, k):
        return (yield Resume(k, "first"))

    @do
    def second(effect, k):
        return (yield Resume(k, "second"))

    pairs = [("handler", first), ("observer", Callable(heard.append)), ("handler", second)]
    return PyVM().run(WithBoundaries(pairs, asks())), heard


@case
def observers_have_to_be_callables():
    try:
        PyVM().run(WithBoundaries([("observer", len)], asks()))
    except RuntimeError as error:
        return type(error).__name__


@case
def state_answers_by_itself():
    store = {"n": 1}

    @do
    def main():
        before = yield Get("n")
        answer = yield Put("n", before + 1)
        return before, answer, (yield Get("n")), (yield Get("missing"))

    return PyVM().run(WithHandler(StateHandler(store, Get, Put), main())), store


@case
def state_errors_reach_the_effect():
    @do
    def main():
        try:
            yield Get([])
        except TypeError as error:
            return type(error).__name__

    return run(state()(main()))


@case
def state_error_leaves():
    class Unhashable:
        def __hash__(self):
            raise LookupError("no hash")

        def __repr__(self):
            return "Unhashable()"

    @do
    def main():
        yield Put(Unhashable(), 1)

    return run(state()(main()))


@case
def state_as_an_object():
    handler = StateHandler({}, Get, Put)
    try:
        handler(1, 2)
    except TypeError as error:
        text = str(error)
    return handler.__name__, handler.__qualname__, [each.__name__ for each in handler.effect_types], text


@case
def state_in_queries():
    @do
    def names(effect: Plain, k):
        return (yield Resume(k, [each.__qualname__ for each in (yield GetHandlers(k))]))

    return PyVM().run(WithHandler(names, state()(asks())))
