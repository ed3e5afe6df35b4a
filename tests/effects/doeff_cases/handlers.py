# mypy: ignore-errors
"""Section 5: where handlers sit and who gets an effect."""

import functools
from typing import Annotated, Any

from cases import case
from doeff import do, handler, run, with_handlers
from doeff_vm import EffectBase, Pass, PyVM, Resume, Transfer, WithHandler
from doeff_vm._effect_types import (
    check_handler_annotation,
    declare_passes,
    effect_result_type,
    handler_effect_types,
    handler_spec,
    program_signature,
)


class Plain(EffectBase):
    def __repr__(self):
        return "Plain()"


class Other(EffectBase[int]):
    def __repr__(self):
        return "Other()"


class Sub(Plain):
    pass


@do
def asks(kind=Plain):
    return (yield kind())


def answering(value, kind=EffectBase):
    @do
    def answers(effect: kind, k):
        return (yield Resume(k, value))

    return answers


@case
def deep_handlers():
    @do
    def main():
        return (yield Plain()), (yield Plain())

    return PyVM().run(WithHandler(answering(1), main()))


@case
def no_return_clause():
    return PyVM().run(WithHandler(answering(1), asks()))


@case
def outside_its_own_boundary():
    @do
    def performs_again(effect, k):
        value = yield effect
        return (yield Resume(k, value + 1))

    return PyVM().run(WithHandler(answering(1), WithHandler(performs_again, asks())))


@case
def annotations():
    return PyVM().run(WithHandler(answering(1), WithHandler(answering(2, Other), asks()))), PyVM().run(
        WithHandler(answering(1, Plain), asks(Sub))
    )


@case
def unions_and_strings():
    @do
    def union(effect: Plain | Other, k):
        yield

    @do
    def text(effect: "Plain", k):
        yield

    @do
    def annotated(effect: Annotated[Plain, 1], k):
        yield

    @do
    def everything(effect: Any, k):
        yield

    @do
    def generic(effect: Other, k):
        yield

    return [handler_effect_types(each) for each in (union, text, annotated, everything, generic)]


@case
def impossible_annotation():
    @do
    def wants_text(effect: str, k):
        yield

    try:
        check_handler_annotation(wants_text)
    except TypeError as error:
        return str(error)[:40], kind_at_install(wants_text)


def kind_at_install(raw):
    try:
        return PyVM().run(WithHandler(raw, asks()))
    except Exception as error:
        return type(error).__name__


@case
def bound_methods_and_partials():
    class Service:
        @do
        def handle(self, effect: Plain, k):
            return (yield Resume(k, "method"))

    @do
    def configured(value, effect: Plain, k):
        return (yield Resume(k, value))

    class Instance:
        def __call__(self, effect, k):
            return Resume(k, "instance")

    return [
        PyVM().run(WithHandler(each, asks()))
        for each in (Service().handle, functools.partial(configured, "partial"), Instance(), lambda e, k: Resume(k, "lambda"))
    ]


@case
def passed_effects():
    def raw(effect, k):
        return Resume(k, "not passed")

    declare_passes(raw, lambda: (Plain, (Sub,)))
    spec = handler_spec(raw)
    return PyVM().run(WithHandler(answering("outer"), WithHandler(raw, asks()))), PyVM().run(WithHandler(raw, asks(Sub))), spec.passed


@case
def aborts():
    @do
    def gives_up(effect, k):
        return "gave up"

    @do
    def gives_up_later(effect, k):
        yield asks_nothing()
        return "later"

    @do
    def asks_nothing():
        return 1
        yield

    return PyVM().run(WithHandler(gives_up, asks())), PyVM().run(WithHandler(gives_up_later, asks()))


@case
def handler_decorator():
    @handler
    def plain(effect: Plain, k):
        return (yield Resume(k, 5))

    return run(plain(asks())), run(with_handlers([plain], asks()))


@case
def pass_with_another_effect():
    @do
    def swaps(effect: Plain, k):
        yield Pass(Other(), k)

    @do
    def names(effect, k):
        return (yield Resume(k, type(effect).__name__))

    return PyVM().run(WithHandler(names, WithHandler(swaps, asks())))


@case
def many_handlers():
    program = asks()
    for index in range(300):
        program = WithHandler(answering(index, Other), program)
    return PyVM().run(WithHandler(answering("outermost"), program))


@case
def the_route_changes():
    @do
    def relocates(effect: Other, k):
        return (yield WithHandler(answering("inner", Plain), resumes(k)))

    @do
    def resumes(k):
        return (yield Transfer(k, None))

    @do
    def main():
        first = yield Plain()
        yield Other()
        second = yield Plain()
        return first, second

    program = WithHandler(relocates, main())
    for _ in range(5):
        program = WithHandler(answering(0, Sub), program)
    return PyVM().run(WithHandler(answering("outer", Plain), program))


@case
def signatures():
    from collections.abc import Generator

    @do
    def typed(x: int) -> Generator[Plain | Other, Any, bool]:
        yield

    return effect_result_type(Other), effect_result_type(Plain()), program_signature(typed), program_signature(len)
