# mypy: ignore-errors
"""Section 4: running."""

from cases import case
from doeff import do, program, run
from doeff_vm import Apply, Callable, EffectBase, Expand, IRStream, Perform, Pure, PyVM, TailEval, WithHandler


class Plain(EffectBase):
    pass


@do
def leaf(x):
    return x
    yield


@case
def values():
    return run(Pure(1)), run(leaf(2)), PyVM().run(Pure(Callable(len)))


@case
def not_a_program():
    return run(3)


@case
def uncalled():
    return run(leaf)


@case
def without_yield():
    @do
    def hands_back():
        return Pure(1)

    return type(run(hands_back())).__name__


@case
def call_that_python_refuses():
    @do
    def main():
        try:
            yield leaf()
        except TypeError as error:
            return str(error)

    return run(main())


@case
def handler_called_with_a_program():
    @do
    def fetch_handler(effect, k):
        return 1

    return run(fetch_handler(leaf(1)))


@case
def expand_and_apply():
    def stream(n):
        return IRStream(generator(n))

    def generator(n):
        return n + (yield Pure(1))

    return run(Expand(Apply(Pure(Callable(stream)), [Pure(4)]))), run(Apply(Pure(Callable(len)), [Pure("abc")])), run(program(generator, 5))


@case
def yielded_rubbish():
    @do
    def main():
        seen = []
        for value in (5, None, len, leaf):
            try:
                yield value
            except TypeError as error:
                seen.append(str(error))
                yield Pure(None)
        return seen

    return run(main())


@case
def yielded_generator():
    def plain():
        yield 1

    @do
    def main():
        yield plain()

    return run(main())


@case
def perform_of_anything():
    @do
    def handler(effect, k):
        return effect * 2
        yield

    return PyVM().run(WithHandler(handler, Perform(21)))


@case
def tail_eval():
    order = []

    @do
    def main():
        try:
            yield TailEval(leaf(5))
            order.append("never")
        finally:
            order.append("finally")

    return run(main()), order


@case
def nested_runs():
    @do
    def main():
        return run(leaf(1)) + (yield leaf(2))

    return run(main())


@case
def same_object_again():
    machine = PyVM()

    @do
    def main():
        try:
            machine.run(leaf(1))
        except RuntimeError as error:
            return type(error).__name__
        yield

    first = machine.run(main())
    return first, machine.run(leaf(2))


@case
def very_deep():
    @do
    def down(n):
        return 0 if n == 0 else 1 + (yield down(n - 1))

    return run(down(100_000))


@case
def unwinding_a_deep_stack():
    @do
    def down(n):
        if n == 0:
            raise ValueError("bottom")
        return 1 + (yield down(n - 1))

    try:
        run(down(5_000))
    except ValueError as error:
        trace = error.__doeff_traceback__
        return [row[1:] for row in trace]
