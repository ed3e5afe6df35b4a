# mypy: ignore-errors
"""Section 3: classes and their surface."""

import pickle
from dataclasses import dataclass
from typing import Generic, TypeVar

import doeff_vm
import doeff_vm.doeff_vm as extension
from cases import case
from doeff import do, run
from doeff_vm import (
    Apply,
    Call,
    Callable,
    DoFunction,
    EffectBase,
    Err,
    Expand,
    GetExecutionContext,
    HandlerSpec,
    IRStream,
    K,
    Ok,
    Pass,
    Perform,
    Pure,
    PyVM,
    Resume,
    TailEval,
    UnhandledEffect,
    WithBoundaries,
    WithHandler,
    WithObserve,
)

T = TypeVar("T")


def attempt(function):
    try:
        return function()
    except Exception as error:
        return type(error).__name__, str(error)


def kind_of_error(function):
    try:
        return function()
    except Exception as error:
        return type(error).__name__


class Plain(EffectBase):
    pass


class Keyed(EffectBase):
    def __init__(self, key):
        super().__init__()
        self.key = key


@dataclass(frozen=True)
class Frozen(EffectBase):
    url: str


class Typed(EffectBase[T], Generic[T]):
    pass


@do
def program(x):
    return x
    yield


def handler(effect, k):
    return Resume(k, 1)


@case
def names_and_modules():
    classes = (Pure, Call, Expand, Resume, EffectBase, Ok, Err, Callable, HandlerSpec, IRStream, DoFunction, K, PyVM, UnhandledEffect)
    return [(each.__module__, each.__name__, each.__qualname__) for each in classes]


@case
def reprs():
    nodes = [
        *(Pure(1), Perform(Frozen("u")), Apply(Pure(1), []), Expand(Pure(1)), GetExecutionContext(), TailEval(Pure(1))),
        *(WithHandler(handler, Pure(1)), WithObserve(Callable(len), Pure(1)), WithBoundaries([], Pure(1))),
        *(Ok(1), Err(2), program(1), extension.StateHandler({}, Plain, Keyed)),
    ]
    return [repr(node) for node in nodes]


@case
def read_only_fields():
    return [
        kind_of_error(lambda node=node, name=name: setattr(node, name, 2))
        for node, name in ((Pure(1), "value"), (Ok(1), "value"), (program(1), "args"))
    ]


@case
def extra_attributes():
    node = Pure(1)
    node.note = "kept"
    return node.note, kind_of_error(lambda: setattr(Ok(1), "note", 2))


@case
def subscription():
    return [
        kind_of_error(lambda cls=cls: type(cls[int]).__name__)
        for cls in (Pure, Perform, Expand, WithHandler, WithObserve, WithBoundaries, EffectBase, Ok, Err, Resume, TailEval)
    ]


@case
def subclassing():
    return [attempt(lambda cls=cls: type("Sub", (cls,), {}).__name__) for cls in (Pure, Resume, WithHandler, K, Expand, EffectBase)]


@case
def identity():
    return Pure(1) == Pure(1), Ok(1) == Ok(1), len({Pure(1), Pure(1)})


@case
def reused_in_several_runs():
    node = program(3)
    return run(node), run(node)


@case
def pickles():
    nodes = [Pure(3), Perform(Keyed("k")), Ok(1), Err("e"), Apply(Pure(1), [])]
    return [repr(pickle.loads(pickle.dumps(node)))[:12] for node in nodes], kind_of_error(lambda: pickle.dumps(TailEval(Pure(1))))


@case
def pickled_effects():
    return [pickle.loads(pickle.dumps(effect)).__dict__ for effect in (Keyed("k"), Frozen("u"), Plain())]


@case
def effect_arguments():
    return attempt(lambda: Plain(1)), attempt(lambda: EffectBase(1)), Keyed(1).key, hasattr(EffectBase(), "__dict__")


@case
def typed_effects():
    return Typed[int].__origin__.__name__, Typed().__class__.__mro__[1].__name__


@case
def not_a_continuation():
    return attempt(lambda: Resume(1, 2)), attempt(lambda: Pass(1, 2)), attempt(lambda: K())


@case
def refused_boundaries():
    return (
        attempt(lambda: WithHandler(3, Pure(1))), attempt(lambda: WithBoundaries([("x", len)], Pure(1))),
        attempt(lambda: WithBoundaries([("handler", 3)], Pure(1))),
    )  # fmt: skip


@case
def results():
    matched = []
    for result in (Ok(1), Err("e")):
        match result:
            case Ok(value):
                matched.append(value)
            case Err(error):
                matched.append(error)
    return matched, bool(Ok(0)), bool(Err(0)), Ok(1).is_ok(), Err(1).is_err(), Err(1).captured_traceback


@case
def handler_specs():
    spec = HandlerSpec((Plain,), None, [3, 4], None)
    return spec.effect_types, spec.tail_resume_lines, spec.passed, HandlerSpec(None, None, (), ((Plain,), ())).passed


@case
def counters():
    return PyVM().arena_stats(), doeff_vm.vm_live_counts(), doeff_vm.invariant_checks_enabled()


@case
def work_is_counted():
    before = extension.vm_work_counts()
    run(program(1))
    after = extension.vm_work_counts()
    return after[0] > before[0], after[1] == before[1]


@case
def iteration():
    @do
    def main():
        return (yield from Pure(1)), (yield from program(2))

    return run(main())
