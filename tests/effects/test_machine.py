"""What handlers, continuations and programs do, apart from traces."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, NoReturn

import pytest
from sandstep.effects import (
    Answerer,
    Ask,
    Await,
    Continuation,
    ContinuationUsedError,
    Delegate,
    Effect,
    Err,
    Get,
    GetBoundaries,
    GetHandlers,
    GetOuterHandlers,
    GetTraceback,
    Invoke,
    Listen,
    Local,
    Log,
    MissingKeyError,
    Modify,
    Ok,
    Pass,
    Pure,
    Put,
    Resume,
    ResumeThrow,
    Tell,
    Transfer,
    TransferThrow,
    Try,
    UnhandledEffectError,
    WithHandler,
    WithObserve,
    do,
    invoker,
    run,
    run_async,
)
from sandstep.effects.waiting import Outside

Steps = Generator[Any, Any, Any]


@dataclass(frozen=True)
class Number(Effect[int]):
    value: int = 0


class Depth(Effect[Any]):
    """How deep the chain is."""


@do
def number(value: int = 0) -> Steps:
    return (yield Number(value))


def answers_42(effect: Number, k: Continuation) -> Steps:
    return (yield Resume(k, 42))


def under(handler: Any, program: Any) -> Any:
    return run(WithHandler(handler, program), handlers=[])


class TestHandlers:
    def test_resume(self) -> None:
        assert under(answers_42, number()) == 42

    def test_the_answer_of_resume_is_what_the_rest_returns(self) -> None:
        def doubles(effect: Number, k: Continuation) -> Steps:
            rest = yield Resume(k, 4)
            return rest * 2

        assert under(doubles, number()) == 8

    def test_a_handler_that_returns_abandons_the_rest(self) -> None:
        closed = []

        @do
        def body() -> Steps:
            try:
                yield Number()
            finally:
                closed.append("body")

        def gives_up(effect: Number, k: Continuation) -> Steps:
            return "done"
            yield

        @do
        def main() -> Steps:
            value = yield WithHandler(gives_up, body())
            return value, list(closed)

        assert run(main(), handlers=[]) == ("done", ["body"])

    def test_transfer_ends_the_handler_first(self) -> None:
        order = []

        @do
        def body() -> Steps:
            value = yield Number()
            order.append("body")
            return value

        def transfers(effect: Number, k: Continuation) -> Steps:
            try:
                yield Transfer(k, 1)
                order.append("never")
            finally:
                order.append("finally")

        assert under(transfers, body()) == 1
        assert order == ["finally", "body"]

    def test_pass_goes_outward(self) -> None:
        def passes(effect: Number, k: Continuation) -> Steps:
            return (yield Pass())

        assert under(answers_42, WithHandler(passes, number())) == 42

    def test_pass_can_change_the_effect(self) -> None:
        def raises_it(effect: Number, k: Continuation) -> Steps:
            return (yield Pass(Number(effect.value + 1)))

        def echo(effect: Number, k: Continuation) -> Steps:
            return (yield Resume(k, effect.value))

        assert under(echo, WithHandler(raises_it, number(4))) == 5

    def test_delegate_comes_back(self) -> None:
        def doubles(effect: Number, k: Continuation) -> Steps:
            value = yield Delegate()
            return (yield Resume(k, value * 2))

        assert under(answers_42, WithHandler(doubles, number())) == 84

    def test_yielding_the_effect_again_delegates_too(self) -> None:
        def doubles(effect: Number, k: Continuation) -> Steps:
            value = yield effect
            return (yield Resume(k, value * 2))

        assert under(answers_42, WithHandler(doubles, number())) == 84

    def test_a_handler_runs_outside_its_own_boundary(self) -> None:
        def asks_itself(effect: Number, k: Continuation) -> Steps:
            return (yield Resume(k, (yield number())))

        with pytest.raises(UnhandledEffectError):
            under(asks_itself, number())

    def test_an_effect_that_hides_what_it_is_is_unhandled_all_the_same(self) -> None:
        class Veiled(Effect[None]):
            @property
            def created_at(self) -> NoReturn:
                raise KeyError("created_at")

            def __repr__(self) -> str:
                raise KeyError("repr")

        @do
        def main() -> Steps:
            yield Veiled()

        with pytest.raises(UnhandledEffectError, match="no handler took <Veiled whose repr raised KeyError>; handlers in force"):
            run(main())

    def test_a_continuation_includes_its_handler(self) -> None:
        @do
        def twice() -> Steps:
            return (yield Number()) + (yield Number())

        assert under(answers_42, twice()) == 84

    def test_annotations_decide_who_is_asked(self) -> None:
        asked = []

        def wants_ask(effect: Ask, k: Continuation) -> Steps:
            asked.append(effect)
            return (yield Pass())

        assert under(answers_42, WithHandler(wants_ask, number())) == 42
        assert asked == []

    def test_an_annotation_that_can_never_match_is_refused(self) -> None:
        def wants_text(effect: str, k: Continuation) -> Steps:
            return (yield Pass())

        with pytest.raises(TypeError, match="no effect can be an instance of"):
            under(wants_text, number())

    def test_an_error_of_a_handler_appears_where_the_effect_was_performed(self) -> None:
        def fails(effect: Number, k: Continuation) -> Steps:
            raise ValueError("no")
            yield

        @do
        def body() -> Steps:
            try:
                yield Number()
            except ValueError as error:
                return f"body saw {error}"

        assert under(fails, body()) == "body saw no"

    def test_an_error_after_resuming_goes_outward(self) -> None:
        def fails(effect: Number, k: Continuation) -> Steps:
            yield Resume(k, 1)
            raise ValueError("late")

        @do
        def main() -> Steps:
            try:
                yield WithHandler(fails, number())
            except ValueError as error:
                return f"main saw {error}"

        assert run(main(), handlers=[]) == "main saw late"

    @pytest.mark.parametrize("node", [ResumeThrow, TransferThrow])
    def test_throwing_at_the_perform_site(self, node: Any) -> None:
        error = KeyError("x")

        def throws(effect: Number, k: Continuation) -> Steps:
            return (yield node(k, error))

        with pytest.raises(KeyError) as caught:
            under(throws, number())
        assert caught.value is error

    def test_plain_functions_are_handlers_too(self) -> None:
        assert under(lambda effect, k: Resume(k, 5), number()) == 5
        assert under(lambda effect, k: "gave up", number()) == "gave up"

    def test_an_answerer(self) -> None:
        assert under(Answerer("numbers", (Number,), lambda effect: effect.value), number(7)) == 7


class TestContinuations:
    def test_a_second_use_names_both_places(self) -> None:
        def greedy(effect: Number, k: Continuation) -> Steps:
            first = yield Resume(k, 1)
            try:
                yield Resume(k, 2)
            except BaseException:
                return "caught"
            return first

        with pytest.raises(ContinuationUsedError, match=r"Number\(value=0\) was used at greedy\(\) .*:\d+ and again at greedy\(\) .*:\d+"):
            under(greedy, number())

    def test_one_can_be_used_later_and_elsewhere(self) -> None:
        kept: list[Continuation] = []

        def keeps(effect: Number, k: Continuation) -> Steps:
            kept.append(k)
            return "kept"
            yield

        @do
        def main() -> Steps:
            first = yield WithHandler(keeps, number())
            second = yield Resume(kept.pop(), 9)
            return first, second

        assert run(main(), handlers=[]) == ("kept", 9)

    def test_they_cannot_be_made(self) -> None:
        with pytest.raises(TypeError):
            Continuation()
        with pytest.raises(TypeError, match="needs a continuation"):
            Resume(3, 1)  # type: ignore[arg-type]

    def test_queries(self) -> None:
        seen: list[Any] = []

        def outer(effect: Number, k: Continuation) -> Steps:
            seen.extend([(yield GetHandlers(k)), (yield GetBoundaries(k)), (yield GetOuterHandlers()), (yield GetTraceback(k))])
            return (yield Resume(k, 1))

        def inner(effect: Ask, k: Continuation) -> Steps:
            return (yield Pass())

        under(outer, WithHandler(inner, number()))
        assert seen[:3] == [[inner, outer], [["handler", inner], ["handler", outer]], []]
        assert seen[3][0][0].endswith("number")


class TestPrograms:
    def test_a_program_without_yield(self) -> None:
        @do
        def five() -> int:
            return 5

        assert run(five()) == 5

    def test_yield_from_is_the_same(self) -> None:
        @do
        def main() -> Generator[Any, Any, int]:
            value: int = yield from Number(1)
            other: int = yield from number(2)
            return value + other

        assert under(answers_42, main()) == 84

    def test_what_is_not_a_program(self) -> None:
        @do
        def main() -> Steps:
            try:
                yield 5
            except TypeError as error:
                return str(error)

        assert "neither an effect nor a program" in run(main())
        with pytest.raises(TypeError, match="call it"):
            run(main)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected a program"):
            run(5)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="await"):

            @do
            async def wrong() -> None: ...

    def test_its_own_exception_comes_out(self) -> None:
        error = OSError("x")

        @do
        def main() -> Steps:
            raise error
            yield

        with pytest.raises(OSError, match="x") as caught:
            run(main())
        assert caught.value is error

    def test_no_frame_of_the_runtime_shows(self) -> None:
        @do
        def inner() -> Steps:
            yield Get("x")
            raise ValueError("x")

        @do
        def main() -> Steps:
            yield from inner()

        with pytest.raises(ValueError, match="x") as caught:
            run(main(), env={})
        names = []
        trace = caught.value.__traceback__
        while trace is not None:
            names.append(trace.tb_frame.f_code.co_name)
            trace = trace.tb_next
        assert names == ["test_no_frame_of_the_runtime_shows", "main", "inner"]

    def test_depth_is_bounded_by_memory_alone(self) -> None:
        @do
        def down(depth: int) -> Steps:
            if depth == 0:
                return 0
            return 1 + (yield down(depth - 1))

        assert run(down(100_000), handlers=[]) == 100_000

    def test_unwinding_from_a_great_depth(self) -> None:
        @do
        def down(depth: int) -> Steps:
            if depth == 0:
                raise ValueError("bottom")
            return 1 + (yield down(depth - 1))

        with pytest.raises(ValueError, match="bottom"):
            run(down(20_000), handlers=[])

    def test_many_nested_handlers(self) -> None:
        program: Any = number()
        for _ in range(5_000):
            program = WithHandler(lambda effect, k: Pass(), program)
        assert under(answers_42, program) == 42

    def test_a_tail_resume_leaves_no_frame(self) -> None:
        depths = set()

        @do
        def loop() -> Steps:
            for _ in range(50):
                yield Number()
                depths.add(len((yield Depth())))

        def measures(effect: Depth, k: Continuation) -> Steps:
            return (yield Resume(k, (yield GetTraceback(k))))

        def answers(effect: Number, k: Continuation) -> Steps:
            return (yield Resume(k, 1))

        run(WithHandler(measures, WithHandler(answers, loop())), handlers=[])
        assert len(depths) == 1


class TestLibrary:
    def test_state(self) -> None:
        @do
        def main() -> Steps:
            yield Put("n", 1)
            changed = yield Modify("n", lambda n: n + 1)
            return changed, (yield Get("n")), (yield Get("other"))

        assert run(main(), state={"other": 5}) == (2, 2, 5)

    def test_state_begins_anew_with_each_run(self) -> None:
        from sandstep.effects import default_handlers

        handlers = default_handlers()

        @do
        def main() -> Steps:
            return (yield Modify("n", lambda n: (n or 0) + 1))

        assert [run(main(), handlers=handlers) for _ in range(2)] == [1, 1]

    def test_reader(self) -> None:
        @do
        def both() -> Steps:
            return (yield Ask("a")), (yield Ask("b"))

        @do
        def main() -> Steps:
            return (yield both()), (yield Local({"a": 9}, both()))

        assert run(main(), env={"a": 1, "b": 2}) == ((1, 2), (9, 2))
        with pytest.raises(MissingKeyError, match="'a'"):
            run(both())

    def test_writer(self) -> None:
        @do
        def main() -> Steps:
            yield Tell(1)
            heard = yield Listen(tells())
            return heard, (yield Log())

        @do
        def tells() -> Steps:
            yield Tell(2)
            return "value"

        assert run(main()) == (("value", [2]), [1, 2])

    def test_result(self) -> None:
        @do
        def fails() -> Steps:
            yield Put("n", 1)
            raise ValueError("x")

        @do
        def main() -> Steps:
            return (yield Try(fails())), (yield Try(Pure(3))), (yield Get("n"))

        failed, fine, state = run(main())
        assert isinstance(failed, Err)
        assert not failed
        assert (fine, state) == (Ok(3), 1)

    def test_observers_hear_every_effect_once(self) -> None:
        heard: list[Any] = []

        @do
        def main() -> Steps:
            yield Put("a", 1)
            return (yield Get("a"))

        assert run(WithObserve(heard.append, main())) == 1
        assert [type(effect).__name__ for effect in heard] == ["Put", "Get"]

    def test_invoke(self) -> None:
        @do
        def main() -> Steps:
            return (yield Invoke("add", a=1, b=2))

        assert run(main(), handlers=[invoker(lambda name, **arguments: (name, arguments))]) == ("add", {"a": 1, "b": 2})
        with pytest.raises(RuntimeError, match="sandbox"):
            run(main())

    def test_await(self) -> None:
        async def later(value: int) -> int:
            await asyncio.sleep(0.001)
            return value

        @do
        def main() -> Steps:
            return (yield Await(later(3)))

        assert run(main()) == 3

    async def test_run_async(self) -> None:
        turns = []

        async def later(value: int) -> int:
            await asyncio.sleep(0.01)
            turns.append("program")
            return value

        @do
        def main() -> Steps:
            return (yield Await(later(3)))

        async def other() -> None:
            turns.append("other")

        value, _ = await asyncio.gather(run_async(main()), other())
        assert (value, turns) == (3, ["other", "program"])

    async def test_what_is_noticed_on_the_way_to_a_wait_ends_it(self) -> None:
        outside = Outside()
        outside.submit(asyncio.sleep(3600), lambda value, error: None)
        outside.notice()
        await asyncio.wait_for(outside.change(), 10)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(outside.change(), 0.01)
        outside.close()

    async def test_run_inside_a_loop_cannot_wait(self) -> None:
        future = asyncio.get_running_loop().create_future()

        @do
        def main() -> Steps:
            return (yield Await(future))

        with pytest.raises(RuntimeError, match="run_async"):
            run(main())


def test_errors_in_abandoned_finally_blocks_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: reported.append(unraisable.exc_value))

    def transfers(effect: Number, k: Continuation) -> Steps:
        try:
            yield Transfer(k, 1)
        finally:
            raise OSError("in finally")

    assert under(transfers, number()) == 1
    assert [str(error) for error in reported] == ["in finally"]
