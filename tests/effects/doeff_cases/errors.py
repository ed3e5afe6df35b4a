# mypy: ignore-errors
"""Section 7: errors."""

from cases import case
from doeff import do, run
from doeff_vm import (
    Apply,
    Callable,
    EffectBase,
    Expand,
    GetExecutionContext,
    Pass,
    Pure,
    PyVM,
    Resume,
    ResumeThrow,
    UnhandledEffect,
    WithHandler,
    WithObserve,
)


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
def raises(effect, k):
    raise ValueError("in the handler")
    yield


@do
def passes(effect, k):
    yield Pass(effect, k)


@case
def of_a_handler_reach_the_body():
    @do
    def body():
        try:
            yield Plain()
        except ValueError as error:
            return f"body saw {error}"

    return PyVM().run(WithHandler(raises, body()))


@case
def of_a_handler_leave():
    @do
    def outer():
        return (yield WithHandler(raises, asks()))

    return PyVM().run(outer())


@case
def of_a_handlers_program():
    @do
    def fails():
        yield Pure(1)
        raise KeyError("deep")

    @do
    def calls(effect, k):
        yield fails()

    return PyVM().run(WithHandler(calls, asks()))


@case
def of_a_handlers_effect():
    @do
    def performs(effect: Plain, k):
        yield Other()

    return PyVM().run(WithHandler(raises, WithHandler(performs, asks())))


@case
def of_the_call_of_a_handler():
    return PyVM().run(WithHandler(lambda effect, k: 1 / 0, asks()))


@case
def after_resuming():
    @do(non_tail=True)
    def late(effect, k):
        yield Resume(k, 1)
        raise KeyError("late")

    @do
    def body():
        try:
            return (yield Plain())
        except KeyError:
            return "never"

    return PyVM().run(WithHandler(late, body()))


@case
def of_the_resumed_body():
    @do(non_tail=True)
    def waits(effect, k):
        return (yield Resume(k, 1)) + 1

    @do
    def body():
        yield Plain()
        raise OSError("body")

    return PyVM().run(WithHandler(waits, body()))


@case
def base_exceptions():
    @do
    def body():
        yield Pure(1)
        raise KeyboardInterrupt("stop")

    return PyVM().run(WithHandler(passes, body()))


@case
def unhandled_without_handlers():
    return run(asks())


@case
def unhandled_with_handlers():
    @do
    def wants_other(effect: Other, k):
        yield Pass(effect, k)

    return run(WithHandler(passes, WithHandler(passes, WithHandler(wants_other, asks()))))


@case
def unhandled_and_all_filtered():
    @do
    def wants_other(effect: Other, k):
        yield Pass(effect, k)

    return run(WithHandler(wants_other, asks()))


@case
def unhandled_can_be_caught():
    @do
    def main():
        try:
            yield Plain()
        except UnhandledEffect as error:
            return error.__doeff_traceback__

    return run(WithHandler(passes, main()))


@case
def fatal_answers():
    seen = []
    for handler in (lambda effect, k: 5, lambda effect, k: (x for x in ())):
        try:
            PyVM().run(WithHandler(handler, asks()))
        except RuntimeError as error:
            seen.append(str(error)[:60])
    return seen


@case
def fatal_nodes():
    seen = []
    for program in (Expand(Pure(1)), Apply(Pure(1), []), WithObserve(len, Pure(1))):
        try:
            PyVM().run(program)
        except RuntimeError as error:
            seen.append(str(error)[:28])
    return seen


@case
def malformed_nodes():
    @do
    def main():
        seen = []
        for node in (WithHandler(passes, 5), Expand(5), Apply(1, 2)):
            try:
                yield node
            except RuntimeError as error:
                seen.append(str(error))
                yield Pure(None)
        return seen

    return PyVM().run(main())


@case
def malformed_for_run():
    return PyVM().run(WithHandler(passes, 5))


@case
def folded_frames():
    @do
    def down(n):
        if n == 0:
            raise ValueError("bottom")
        yield down(n - 1)

    return run(down(50))


@case
def context_inside_except():
    @do
    def main():
        try:
            yield WithHandler(raises, asks())
        except ValueError:
            return (yield GetExecutionContext()), (yield GetExecutionContext())

    return run(main())


@case
def context_elsewhere():
    @do
    def inner():
        return (yield GetExecutionContext())

    @do
    def main():
        return (yield inner())

    return run(WithHandler(passes, main()))


@case
def thrown_by_a_handler():
    @do(non_tail=True)
    def throws(effect, k):
        yield ResumeThrow(k, ValueError("thrown"))

    return PyVM().run(WithHandler(throws, asks()))


@case
def raised_through_yield_from():
    @do
    def main():
        return (yield from asks())

    return run(WithHandler(raises, main()))


@case
def raised_from_plain_functions():
    def helper():
        raise ValueError("plain")

    @do
    def main():
        yield Pure(1)
        helper()

    return run(main())


@case
def caught_and_raised_again():
    @do
    def main():
        try:
            yield asks()
        except ValueError as error:
            raise KeyError("other") from error

    return run(WithHandler(raises, main()))


@case
def callable_values():
    @do
    def main():
        return (yield Pure(Callable(len)))("abc")

    return run(main())
