# mypy: disable-error-code="untyped-decorator"
"""The programs that the benchmark of effects times, once for `sandstep.effects` and once for doeff with its native machine.

Run with a number of repetitions it prints a line of JSON: for each program the seconds that one unit takes, on either side,
the best of the repetitions, which take turns.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from sandstep import effects

UNITS = 20_000
TASKS = 3_000
DEPTHS = (1, 5, 20)


def ours() -> dict[str, tuple[int, Callable[[], Any]]]:
    """The programs of `sandstep.effects`, with how many units each run has."""

    class Wanted(effects.Effect[int]):
        __slots__ = ()

    class Unwanted(effects.Effect[int]):
        __slots__ = ()

    def takes(effect: Wanted, k: effects.Continuation) -> Any:
        return (yield effects.Resume(k, 1))

    def filtered(effect: Unwanted, k: effects.Continuation) -> Any:
        return (yield effects.Resume(k, 1))

    def passing(effect: effects.Effect[Any], k: effects.Continuation) -> Any:
        return (yield effects.Pass())

    @effects.do
    def counts() -> Any:
        for _ in range(UNITS // 2):
            yield effects.Put("n", (yield effects.Get("n")) + 1)

    @effects.do
    def performs() -> Any:
        for _ in range(UNITS):
            yield Wanted()

    @effects.do
    def down(depth: int) -> Any:
        return 0 if depth == 0 else 1 + (yield down(depth - 1))

    @effects.do
    def leaf(value: int) -> Any:
        return value
        yield

    @effects.do
    def spawns() -> Any:
        tasks = []
        for value in range(TASKS):
            tasks.append((yield effects.Spawn(leaf(value))))
        return (yield effects.Gather(*tasks))

    def under(handler: Any, depth: int) -> Callable[[], Any]:
        program = performs()
        for _ in range(depth - 1):
            program = effects.WithHandler(handler, program)
        return lambda: effects.run(effects.WithHandler(takes, program), handlers=[])

    state = effects.state_of({"n": 0})
    programs: dict[str, tuple[int, Callable[[], Any]]] = {"state": (UNITS, lambda: effects.run(counts(), handlers=[state]))}
    for depth in DEPTHS:
        programs[f"dispatch under {depth}"] = (UNITS, under(filtered, depth))
    programs["dispatch, 5 pass on"] = (UNITS, under(passing, 6))
    programs["nested programs"] = (UNITS, lambda: effects.run(down(UNITS), handlers=[]))
    programs["spawn and gather"] = (TASKS, lambda: effects.run(spawns(), handlers=[effects.scheduler()]))
    return programs


def theirs() -> dict[str, tuple[int, Callable[[], Any]]]:
    """The same programs of doeff."""
    doeff: Any = importlib.import_module("doeff")
    state = importlib.import_module("doeff_core_effects.handlers").state
    scheduled = importlib.import_module("doeff_core_effects.scheduler").scheduled
    Wanted: Any = type("Wanted", (doeff.EffectBase,), {})
    Unwanted: Any = type("Unwanted", (doeff.EffectBase,), {})

    def answering(kind: Any) -> Any:
        def answers(effect: Any, k: Any) -> Any:
            return (yield doeff.Resume(k, 1))

        answers.__annotations__["effect"] = kind
        return doeff.handler(answers)

    takes, filtered = answering(Wanted), answering(Unwanted)

    @doeff.handler
    def passing(effect: Any, k: Any) -> Any:
        yield doeff.Pass(effect, k)

    @doeff.do
    def counts() -> Any:
        for _ in range(UNITS // 2):
            yield doeff.Put("n", (yield doeff.Get("n")) + 1)

    @doeff.do
    def performs() -> Any:
        for _ in range(UNITS):
            yield Wanted()

    @doeff.do
    def down(depth: int) -> Any:
        return 0 if depth == 0 else 1 + (yield down(depth - 1))

    @doeff.do
    def leaf(value: int) -> Any:
        return value
        yield

    @doeff.do
    def spawns() -> Any:
        tasks = []
        for value in range(TASKS):
            tasks.append((yield doeff.Spawn(leaf(value))))
        return (yield doeff.Gather(*tasks))

    def under(handler: Any, depth: int) -> Callable[[], Any]:
        program: Any = performs()
        for _ in range(depth - 1):
            program = handler(program)
        return lambda: doeff.run(takes(program))

    programs: dict[str, tuple[int, Callable[[], Any]]] = {"state": (UNITS, lambda: doeff.run(state(initial={"n": 0})(counts())))}
    for depth in DEPTHS:
        programs[f"dispatch under {depth}"] = (UNITS, under(filtered, depth))
    programs["dispatch, 5 pass on"] = (UNITS, under(passing, 6))
    programs["nested programs"] = (UNITS, lambda: doeff.run(down(UNITS)))
    programs["spawn and gather"] = (TASKS, lambda: doeff.run(scheduled(spawns())))
    return programs


def creation() -> dict[str, tuple[int, Callable[[], Any]]]:
    """What it costs that an effect knows where it was made."""

    class Plain:
        __slots__ = ("key",)

        def __init__(self, key: object) -> None:
            self.key = key

    def makes(kind: Any) -> Callable[[], Any]:
        def made() -> None:
            for _ in range(UNITS):
                kind("n")

        return made

    return {"an effect with its place": (UNITS, makes(effects.Get)), "an object without": (UNITS, makes(Plain))}


def once(units: int, program: Callable[[], Any]) -> float:
    """Seconds for a unit."""
    begin = time.perf_counter()
    program()
    return (time.perf_counter() - begin) / units


def main(repetitions: int) -> None:
    warnings.simplefilter("ignore")
    sides = {"sandstep": ours(), "doeff": theirs(), "creation": creation()}
    taken: dict[str, dict[str, float]] = {side: {} for side in sides}
    for _ in range(repetitions):
        for name in sides["sandstep"]:
            for side in ("sandstep", "doeff"):
                taken[side][name] = min(taken[side].get(name, 1e9), once(*sides[side][name]))
        for name, program in sides["creation"].items():
            taken["creation"][name] = min(taken["creation"].get(name, 1e9), once(*program))
    print(json.dumps(taken))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
