# mypy: ignore-errors
"""Section 6: continuations."""

import weakref

from cases import case
from doeff import do, run
from doeff_vm import (
    Callable,
    EffectBase,
    GetBoundaries,
    GetHandlers,
    GetOuterHandlers,
    GetTraceback,
    K,
    Pass,
    PyVM,
    Resume,
    ResumeThrow,
    TailEval,
    Transfer,
    TransferThrow,
    WithHandler,
    WithObserve,
)


class Plain(EffectBase):
    def __repr__(self):
        return "Plain()"


class Save(EffectBase):
    pass


@do
def asks():
    return (yield Plain())


@case
def transfer_runs_finally_first():
    order = []

    @do
    def transfers(effect, k):
        try:
            yield Transfer(k, 1)
            order.append("never")
        finally:
            order.append("finally")

    @do
    def body():
        value = yield Plain()
        order.append("body")
        return value

    return PyVM().run(WithHandler(transfers, body())), order


@case
def resume_answers_the_rest():
    @do(non_tail=True)
    def doubles(effect, k):
        rest = yield Resume(k, 4)
        return rest * 2

    return PyVM().run(WithHandler(doubles, asks()))


@case
def throwing_forms():
    seen = []
    for node in (ResumeThrow, TransferThrow):
        for value in (KeyError("x"), "text", KeyError):

            @do(non_tail=True)
            def throws(effect, k, node=node, value=value):
                return (yield node(k, value))

            try:
                PyVM().run(WithHandler(throws, asks()))
            except Exception as error:
                seen.append((type(error).__name__, str(error)))
    return seen


@case
def tail_lines_make_transfers():
    @do
    def depth(effect: Save, k):
        rows = yield GetTraceback(k)
        outer = yield GetOuterHandlers()
        return (yield Resume(k, (len(rows), len(outer))))

    @do
    def answers(effect: Plain, k):
        return (yield Resume(k, 1))

    @do
    def assigned(effect: Plain, k):
        result = yield Resume(k, 1)
        return result

    @do
    def loop():
        found = set()
        for _ in range(20):
            yield Plain()
            found.add((yield Save()))
        return found

    return [PyVM().run(WithHandler(depth, WithHandler(each, loop()))) for each in (answers, assigned)]


@case
def inside_try_is_no_tail():
    @do(non_tail=True)
    def catches(effect, k):
        try:
            return (yield Resume(k, 1))
        except ValueError as error:
            return f"caught {error}"

    @do
    def body():
        yield Plain()
        raise ValueError("x")

    return PyVM().run(WithHandler(catches, body()))


@case
def second_use_is_fatal():
    @do(non_tail=True)
    def greedy(effect, k):
        yield Resume(k, 1)
        try:
            yield Resume(k, 2)
        except BaseException:
            return "caught"

    try:
        PyVM().run(WithHandler(greedy, asks()))
    except RuntimeError as error:
        return "continuation already consumed (one-shot violation)" in str(error), "(current fiber=" in str(error)


@case
def kept_and_used_elsewhere():
    kept = []

    @do
    def keeps(effect, k):
        kept.append(k)
        return "kept"

    @do
    def main():
        first = yield WithHandler(keeps, asks())
        second = yield Resume(kept.pop(), 9)
        return first, second

    return run(main())


@case
def abandoned_ones_close_at_once():
    order = []

    @do
    def body(name):
        try:
            yield Plain()
        finally:
            order.append(name)

    @do
    def outer_body():
        try:
            return (yield WithHandler(other, body("inner")))
        finally:
            order.append("outer body")

    @do
    def other(effect: Save, k):
        yield Pass(effect, k)

    @do
    def gives_up(effect: Plain, k):
        return "given up"

    @do
    def main():
        value = yield WithHandler(gives_up, outer_body())
        order.append("after")
        return value, order

    return run(main())


@case
def nothing_stays_alive():
    class Big:
        pass

    references = []

    @do
    def body():
        big = Big()
        references.append(weakref.ref(big))
        yield Plain()

    @do
    def gives_up(effect, k):
        yield GetHandlers(k)
        return "x"

    @do
    def main():
        yield WithHandler(gives_up, body())
        return references[0]() is None

    return run(main())


@case
def queries():
    seen = []

    @do
    def inner(effect: Save, k):
        yield Pass(effect, k)

    @do
    def outer(effect: Plain, k):
        names = [each.__name__ for each in (yield GetHandlers(k))]
        boundaries = [[kind, each.__name__] for kind, each in (yield GetBoundaries(k))]
        around = [each.__name__ for each in (yield GetOuterHandlers())]
        rows = yield GetTraceback(k)
        seen.extend([names, boundaries, around, rows])
        return (yield Resume(k, 1))

    @do
    def outermost(effect: Save, k):
        yield Pass(effect, k)

    body = WithHandler(inner, WithObserve(Callable(print_nothing), asks()))
    PyVM().run(WithHandler(outermost, WithHandler(outer, body)))
    return seen


def print_nothing(effect):
    return None


@case
def queries_of_a_used_one():
    @do(non_tail=True)
    def late(effect, k):
        yield Resume(k, 1)
        try:
            yield GetHandlers(k)
        except RuntimeError as error:
            return str(error).rstrip("'").endswith("continuation has no detached fiber chain")

    return PyVM().run(WithHandler(late, asks()))


@case
def state_of_a_continuation():
    @do(non_tail=True)
    def looks(effect, k):
        before = set(k.to_dict())
        yield Resume(k, 1)
        return sorted(before), k.to_dict(), repr(k), isinstance(k, K)

    return PyVM().run(WithHandler(looks, asks()))


@case
def tail_eval_of_a_transfer():
    @do
    def hands_over(effect, k):
        yield TailEval(Transfer(k, 7))

    return PyVM().run(WithHandler(hands_over, asks()))


@case
def passing_keeps_the_boundaries():
    @do
    def passes(effect: Plain, k):
        yield Pass(effect, k)

    @do
    def counts(effect: Plain, k):
        return (yield Resume(k, len((yield GetHandlers(k)))))

    return PyVM().run(WithHandler(counts, WithHandler(passes, asks())))


@case
def long_loops_are_flat():
    @do
    def answers(effect, k):
        return (yield Resume(k, 1))

    @do
    def loop():
        total = 0
        for _ in range(20_000):
            total += yield Plain()
        return total

    return PyVM().run(WithHandler(answers, loop()))
