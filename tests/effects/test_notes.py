"""One test for each numbered point, and each section, of the notes on the traceback's implementation."""

from __future__ import annotations

import gc
import importlib
import io
import runpy
import sys
import types
from collections.abc import Generator
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sandstep import effects
from sandstep.effects import (
    Ask,
    Continuation,
    DoeffTraceback,
    Effect,
    EffectCreationContext,
    Gather,
    Pass,
    Put,
    Race,
    Resume,
    Spawn,
    Transfer,
    Try,
    Wait,
    WithHandler,
    Yield,
    create_effect_with_trace,
    do,
    run,
)
from sandstep.effects import traceback as traceback_module
from sandstep.effects.traceback import CrashFrame, EffectFrame, ProgramFrame, TaskBoundary

PROGRAMS = Path(__file__).parent / "programs"


def failing(program: Any, **options: Any) -> DoeffTraceback:
    """The traceback of a program that fails."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any program, any exception
        run(program, **options)
    trace = DoeffTraceback.of(caught.value)
    assert trace is not None
    return trace


def visible(trace: DoeffTraceback) -> list[Any]:
    """The entries that `format_default` shows: all but the frames of handlers and of the runtime."""
    return [entry for entry in trace.active_chain if getattr(entry, "handler_kind", None) is None]


def line_after(function: Any, offset: int) -> int:
    """The line so many below the `def` (or its first decorator) of a program function."""
    return int(function.__sandstep_program__.__code__.co_firstlineno) + offset


@dataclass(frozen=True)
class Fetch(Effect[int]):
    url: str


def fetch(url: str) -> Fetch:
    return create_effect_with_trace(Fetch(url), skip_frames=1)


@do
def performs() -> Generator[Any, Any, Any]:
    return (yield Fetch("x"))


class TestCreationSite:
    def test_a_dataclass_effect_knows_where_it_was_made(self) -> None:
        effect = Fetch("x")
        assert isinstance(effect.created_at, EffectCreationContext)
        assert effect.created_at.filename == __file__
        assert effect.created_at.function == "test_a_dataclass_effect_knows_where_it_was_made"
        assert effect.created_at.line == sys._getframe().f_lineno - 4

    def test_a_helper_makes_effects_on_behalf_of_its_caller(self) -> None:
        made = fetch("x").created_at
        assert made is not None
        assert made.function == "test_a_helper_makes_effects_on_behalf_of_its_caller"

    def test_it_is_read_generically_at_dispatch(self) -> None:
        class Foreign(Effect[None]):
            created_at = EffectCreationContext("elsewhere.py", 7, "maker")

            def __repr__(self) -> str:
                return "Foreign()"

        @do
        def main() -> Generator[Any, Any, None]:
            yield Foreign()

        trace = failing(main())
        frame = trace.active_chain[-1]
        assert isinstance(frame, EffectFrame)
        assert frame.creation_site is not None
        assert (frame.creation_site.filename, frame.creation_site.line, frame.creation_site.function) == ("elsewhere.py", 7, "maker")

    def test_the_spawn_site_is_where_the_effect_was_made(self) -> None:
        def spawner(program: Any) -> Any:
            return create_effect_with_trace(Spawn(program), skip_frames=1)

        @do
        def child() -> Generator[Any, Any, None]:
            raise ValueError
            yield

        @do
        def main() -> Generator[Any, Any, None]:
            effect = spawner(child())
            yield Yield()
            task = yield effect
            yield Wait(task)

        boundary = next(entry for entry in failing(main()).active_chain if isinstance(entry, TaskBoundary))
        assert boundary.spawn_site is not None
        assert boundary.spawn_site.function == "main"
        assert boundary.spawn_site.line == line_after(main, 2)

    def test_two_effects_made_at_different_places_are_equal(self) -> None:
        first = Fetch("x")
        second = Fetch("x")
        assert first == second
        assert hash(first) == hash(second)


class TestInnerGenerator:
    def test_the_live_line_is_read_through_doeff_inner(self) -> None:
        class Wrapper(Generator[Any, Any, Any]):
            def __init__(self, inner: Generator[Any, Any, Any]) -> None:
                self.__doeff_inner__ = inner

            def send(self, value: Any) -> Any:
                return self.__doeff_inner__.send(value)

            def throw(self, *error: Any) -> Any:
                return self.__doeff_inner__.throw(*error)

        def body() -> Generator[Any, Any, Any]:
            yield Yield()
            return (yield Fetch("y"))

        @do
        def wrapped() -> Any:
            return Wrapper(body())

        @do
        def main() -> Generator[Any, Any, Any]:
            return (yield wrapped())

        frame = failing(main()).active_chain[-1]
        assert isinstance(frame, EffectFrame)
        assert (frame.site.function, frame.site.line) == ("body", body.__code__.co_firstlineno + 2)


class TestCoercions:
    @pytest.mark.parametrize("name", ["_coerce_handler_status", "_coerce_handler_kind", "_coerce_dispatch_action"])
    def test_unknown_values_raise(self, name: str) -> None:
        with pytest.raises(ValueError, match="unknown"):
            getattr(traceback_module, name)("teleported")

    @pytest.mark.parametrize("value", ["resumed", {}, {"kind": "teleported"}, {"kind": "resumed", "colour": 1}, None])
    def test_unknown_results_raise(self, value: Any) -> None:
        with pytest.raises(ValueError, match="unknown"):
            traceback_module._coerce_effect_result(value)

    def test_known_values_pass(self) -> None:
        assert traceback_module._coerce_handler_status("passed") == "passed"
        assert traceback_module._coerce_handler_kind("builtin") == "builtin"
        assert traceback_module._coerce_dispatch_action("threw") == "threw"
        assert traceback_module._coerce_effect_result({"kind": "resumed", "value_repr": "1"}).value_repr == "1"


class TestMachine:
    def test_1_lines_are_those_of_the_active_yields(self) -> None:
        @do
        def inner() -> Generator[Any, Any, None]:
            yield Yield()
            raise ValueError

        @do
        def main() -> Generator[Any, Any, None]:
            for index in range(3):
                yield Yield()
                if index == 2:
                    yield inner()

        entries = visible(failing(main()))
        assert isinstance(entries[0], ProgramFrame)
        assert entries[0].site.line == line_after(main, 5)
        assert isinstance(entries[-1], CrashFrame)
        assert entries[-1].site.line == line_after(inner, 3)

    def test_2_every_handler_is_in_the_snapshot(self) -> None:
        frame = failing(performs()).active_chain[-1]
        assert isinstance(frame, EffectFrame)
        assert [handler.name for handler in frame.handlers] == ["state", "writer", "reader", "invoker", "scheduler"]

    def test_3_effects_are_shown_by_their_repr(self) -> None:
        frame = failing(performs()).active_chain[-1]
        assert isinstance(frame, EffectFrame)
        assert frame.effect_repr == "Fetch(url='x')"

    def test_4_the_creation_site_is_in_the_dispatch(self) -> None:
        frame = failing(performs()).active_chain[-1]
        assert isinstance(frame, EffectFrame)
        assert frame.creation_site is not None
        assert frame.creation_site.function == "performs"

    def test_5_switching_tasks_grows_no_chain(self) -> None:
        depths: list[int] = []

        @do
        def worker() -> Generator[Any, Any, None]:
            for _ in range(200):
                yield Yield()
                depths.append(len((yield effects.GetExecutionContext())))

        @do
        def main() -> Generator[Any, Any, None]:
            tasks = []
            for _ in range(3):
                tasks.append((yield Spawn(worker())))
            yield Gather(*tasks)

        run(main())
        assert len(depths) == 600
        assert len(set(depths)) == 1

    @pytest.mark.parametrize("waiting", [Gather, Wait, Race])
    def test_6_and_7_a_failing_task_keeps_its_trace(self, waiting: Any) -> None:
        @do
        def child() -> Generator[Any, Any, None]:
            yield Yield()
            raise ValueError("in the child")

        @do
        def main() -> Generator[Any, Any, None]:
            task = yield Spawn(child())
            yield waiting(task)

        entries = visible(failing(main()))
        kinds = [type(entry) for entry in entries]
        assert kinds == [EffectFrame, TaskBoundary, EffectFrame, CrashFrame]
        waited, boundary = entries[0], entries[1]
        assert isinstance(waited, EffectFrame)
        assert (waited.result.kind, waited.result.task_id, waited.result.during) == ("task_failed", 1, waiting.__name__)
        assert isinstance(boundary, TaskBoundary)
        assert (boundary.task_id, boundary.parent_task) == (1, 0)

    def test_7_a_caught_failure_carries_its_trace_too(self) -> None:
        @do
        def child() -> Generator[Any, Any, None]:
            raise ValueError("in the child")
            yield

        @do
        def main() -> Generator[Any, Any, Any]:
            task = yield Spawn(child())
            return (yield Try(Wait(task)))

        trace = DoeffTraceback.of(run(main()).error)
        assert trace is not None
        assert any(isinstance(entry, TaskBoundary) for entry in trace.active_chain)


class TestProjection:
    def test_2_only_the_active_chain_is_selected(self) -> None:
        @do
        def succeeds() -> Generator[Any, Any, None]:
            yield Put("a", 1)

        @do
        def main() -> Generator[Any, Any, None]:
            yield succeeds()
            yield Put("b", 2)
            raise ValueError

        names = [entry.site.function for entry in visible(failing(main())) if not isinstance(entry, TaskBoundary)]
        assert names == ["main", "main"]

    def test_4_the_chain_before_a_transfer_is_kept(self) -> None:
        with redirect_stderr(io.StringIO()), pytest.raises(ValueError, match="unexpected") as caught:
            runpy.run_path(str(PROGRAMS / "transfer.py"), run_name="__main__")
        trace = DoeffTraceback.of(caught.value)
        assert trace is not None
        names = [entry.site.function for entry in trace.active_chain if not isinstance(entry, TaskBoundary)]
        assert names.index("trigger") < names.index("program_a")


NAMES = ("state", "writer", "reader", "invoker", "scheduler")


def test_no_handler_is_known_by_its_name() -> None:
    """Rename handlers, effects and the scheduler: the same traces come out, with the new names in them."""

    def rows(tag: str) -> list[str]:
        class Base(Effect[Any]):
            def __repr__(self) -> str:
                return f"{type(self).__name__}()"

        passed = type(f"Passed{tag}", (Base,), {})
        asked = type(f"Asked{tag}", (Base,), {})

        def outer(effect: Any, k: Continuation) -> Generator[Any, Any, Any]:
            if isinstance(effect, passed):
                return (yield Transfer(k, 1))
            return (yield Pass())

        def inner(effect: Any, k: Continuation) -> Generator[Any, Any, Any]:
            if isinstance(effect, asked):
                return (yield Resume(k, 2))
            return (yield Pass())

        outer = renamed(outer, f"outer{tag}")
        inner = renamed(inner, f"inner{tag}")

        @do
        def child() -> Generator[Any, Any, None]:
            yield passed()
            yield asked()
            raise ValueError("x")

        @do
        def main() -> Generator[Any, Any, None]:
            task = yield Spawn(child())
            yield Gather(task)

        handlers = effects.default_handlers()
        trace = failing(effects.with_handlers([*handlers, outer, inner], main()), handlers=[])
        return trace.format_chained().replace(tag, "").splitlines()

    def renamed(function: Any, name: str) -> Any:
        return types.FunctionType(function.__code__.replace(co_name=name), function.__globals__, name, None, function.__closure__)

    assert rows("") == rows("Zebra")


def test_the_scheduler_may_have_any_name() -> None:
    """The functions and effects of the scheduler under other names give the same rows but for these names."""
    module: Any = importlib.import_module("sandstep.effects.library.scheduler")

    def chain() -> list[str]:
        @do
        def child() -> Generator[Any, Any, None]:
            raise ValueError("x")
            yield

        @do
        def main() -> Generator[Any, Any, None]:
            task = yield Spawn(child())
            yield Wait(task)

        return failing(main()).format_default().replace("manager", "scheduler").replace("Watch", "Wait").splitlines()

    before = chain()
    body = module.scheduled.__sandstep_program__
    constants = tuple(
        constant.replace(co_name="manager", co_qualname="manager")
        if isinstance(constant, types.CodeType) and constant.co_name == "scheduler"
        else constant
        for constant in body.__code__.co_consts
    )
    original = body.__code__
    try:
        body.__code__ = original.replace(co_consts=constants)
        Wait.__name__ = "Watch"
        assert chain() == before
    finally:
        body.__code__ = original
        Wait.__name__ = "Wait"


def test_an_abandoned_continuation_leaves_no_trace_by_default() -> None:
    def gives_up(effect: Ask, k: Continuation) -> Generator[Any, Any, Any]:
        return "given up"
        yield

    @do
    def inner() -> Generator[Any, Any, Any]:
        return (yield Ask("x"))

    @do
    def main() -> Generator[Any, Any, None]:
        value = yield WithHandler(gives_up, inner())
        raise ValueError(value)

    trace = failing(main())
    assert "gives_up" not in trace.format_default()
    assert "gives_up ⏎" in trace.format_chained()


def test_traces_hold_nothing_alive() -> None:
    class Big:
        pass

    @do
    def main() -> Generator[Any, Any, None]:
        big = Big()
        yield Put("n", 1)
        raise ValueError("x" if big else "")

    with pytest.raises(ValueError, match="x") as caught:
        run(main())
    caught.value.__traceback__ = None
    error = caught.value
    del caught
    gc.collect()
    assert not [each for each in gc.get_objects() if type(each) is Big]
    assert DoeffTraceback.of(error) is not None
