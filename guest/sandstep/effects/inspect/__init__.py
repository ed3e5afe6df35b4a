"""What a program of effects is doing, for a debugger that looks while it stands still.

Nothing here runs code of the program or is called while it runs, and but for `cancel` and `prefer` nothing changes it: the
answers are read from the live chain that the machine itself works on. They name the real generators and their Python
frames, so that a debugger can read (and write) their locals.

    for run in runs():              # the programs in progress; a nested `run` comes after the one that it is nested in
        running_chain(run)          # the chain of what runs now, whichever task that is, out to the run's outermost program
        for task in tasks():        # every task that has not ended, or has failed and nobody asked; none without a scheduler
            chain(task)             # what a task that is suspended consists of, innermost first
            parent(task)            # the task that spawned it, whose chain goes on where this one's ends

Chains are lists of links. A `FrameLink` is a generator: a program, a handler at work, or a part of the runtime. An
`EffectLink` is a dispatch in progress; the frames before it are those of the handler that has it, the frames after it
those of the program that performed it and waits. A `TaskLink` is where a spawned task ends, in the chain of what runs: what
comes after it belongs to whoever hosts the scheduler.
"""

from __future__ import annotations

from sandstep.effects.errors import TaskCancelledError
from sandstep.effects.inspect.chains import chain, in_force, in_force_now, offered, running_chain, running_links, suspended, suspended_chain
from sandstep.effects.inspect.effects import awaited, effect_types, fields, report, short
from sandstep.effects.inspect.links import EffectLink, FrameLink, HandlerLink, Link, TaskLink
from sandstep.effects.inspect.moments import MOMENTS, asked, drives, loop_of, run_of, runs, taker
from sandstep.effects.inspect.tasks import cancel, hold, is_between, parent, prefer, running_task, schedulers, tasks
from sandstep.effects.rendering import MARKS

__all__ = [
    "MARKS",
    "MOMENTS",
    "EffectLink",
    "FrameLink",
    "HandlerLink",
    "Link",
    "TaskCancelledError",
    "TaskLink",
    "asked",
    "awaited",
    "cancel",
    "chain",
    "drives",
    "effect_types",
    "fields",
    "hold",
    "in_force",
    "in_force_now",
    "is_between",
    "loop_of",
    "offered",
    "parent",
    "prefer",
    "report",
    "run_of",
    "running_chain",
    "running_links",
    "running_task",
    "runs",
    "schedulers",
    "short",
    "suspended",
    "suspended_chain",
    "taker",
    "tasks",
]
