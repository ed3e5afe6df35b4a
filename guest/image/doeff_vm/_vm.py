"""`PyVM` and the counters that tools read."""

from __future__ import annotations

from typing import Any

from sandstep.effects.instruments import new_machine
from sandstep.effects.live import entrance
from sandstep.effects.machine import Machine, Parked
from sandstep.effects.raising import quiet_method

from doeff_vm import _no_threads
from doeff_vm import _nodes as nodes
from doeff_vm._face import FACE, finish
from doeff_vm._values import named

_work = [0, 0]


class PyVM:
    """Runs programs, one at a time."""

    __slots__ = ("_machine", "_steps")

    def __init__(self) -> None:
        self._machine: Machine | None = None
        self._steps = 0

    @quiet_method
    @entrance
    def run(self, program: Any) -> Any:
        """Run a program and return its value, or raise what it ended with."""
        if self._machine is not None:
            raise RuntimeError("PyVM is already running a program")
        _no_threads.attend()
        self._machine = machine = new_machine(FACE)
        try:
            _check(machine, program)
            machine.start(program)
            machine.advance()
            return machine.outcome()
        except Parked:
            raise RuntimeError("a program of doeff cannot leave its machine") from None
        except BaseException as error:
            finish(machine, error)
            raise
        finally:
            self._machine = None
            self._steps += machine.steps
            _work[0] += machine.steps
            _work[1] += machine.handler_calls

    def step_count(self) -> int:
        """How many steps its runs have taken."""
        return self._steps + (0 if self._machine is None else self._machine.steps)

    def arena_stats(self) -> tuple[int, int, int, int]:
        """What is left over from runs: nothing."""
        return 0, 0, 0, 0


def _check(machine: Machine, program: Any) -> None:
    """Raise TypeError for a program whose outermost nodes hold something that cannot be run."""
    if FACE.adopts(program) and not machine._find_operation(type(program)):
        from doeff_vm._legacy import node_of

        node_of(program)
    if isinstance(program, (nodes.WithHandler, nodes.WithObserve, nodes.WithBoundaries)) and not machine.is_program(program._body):
        name = type(program).__name__
        raise TypeError(f"{name} body: expected DoExpr or EffectBase, got: {type(program._body)}")


def vm_live_counts() -> tuple[int, int, int]:
    """Fibers, frames and continuations that runs have left behind: none, they are freed with what refers to them."""
    return 0, 0, 0


def vm_work_counts() -> tuple[int, int]:
    """Steps taken and handlers called so far by all runs of the process."""
    from sandstep.effects.machine import machines

    ours = [machine for machine in machines if machine.face is FACE]
    return _work[0] + sum(each.steps for each in ours), _work[1] + sum(each.handler_calls for each in ours)


def vm_scan_counts() -> dict[str, int]:
    """How much the native scheduler has searched; there is none here."""
    return {"ready": 0, "waiters": 0, "semaphore_waiters": 0, "sweep": 0, "chain_fibers": 0}


def gc_traverse_zeroed_visits(_cls: type) -> int:
    """A figure of the native memory manager."""
    return 0


def invariant_checks_enabled() -> bool:
    """Whether the machine checks itself at every step."""
    return False


def set_invariant_checks(_enabled: bool) -> None:
    """There are no such checks here."""


def set_scheduler_trace_installed(_installed: bool) -> None:
    """A switch of the native scheduler."""


def set_scheduler_step_budget_armed(_armed: bool) -> None:
    """A switch of the native scheduler."""


named(PyVM, "builtins")
