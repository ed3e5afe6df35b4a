"""Tasks: which there are, who runs, who spawned whom; and what a debugger does to them."""

from __future__ import annotations

from types import FrameType

from sandstep.effects import live
from sandstep.effects.capture import is_spawned, outward
from sandstep.effects.chain import TaskInfo
from sandstep.effects.inspect.moments import LOOP
from sandstep.effects.library.scheduler import Scheduler
from sandstep.effects.live import HasTasks
from sandstep.effects.machine import Machine
from sandstep.effects.waiting import Outside, run_parked

_SCHEDULING = (Scheduler.__module__, Outside.__module__)
_WAITING = (Outside.run_until_change.__code__, run_parked.__code__)


def tasks() -> list[TaskInfo]:
    """The tasks of all schedulers that have not ended, the oldest first in each."""
    return [info for scheduler in live.schedulers for info in scheduler.task_infos()]


def schedulers() -> list[HasTasks]:
    """The schedulers of all programs in progress."""
    return list(live.schedulers)


def parent(task: TaskInfo) -> TaskInfo | None:
    """The task that spawned a task; None if that has ended, or there is none."""
    return None if task.scheduler is None or task.parent_task is None else task.scheduler.task_info(task.parent_task)


def running_task(run: Machine) -> TaskInfo | None:
    """The spawned task that a machine runs now, or whose effect its scheduler handles; None while it runs a program that nobody spawned."""
    held = run.frame.k.head if run.frame is not None and run.frame.k is not None else None
    for level in (*outward(held), *outward(run.fiber)):
        if level.task is not None:
            return level.task if is_spawned(level) else None
    return None


def cancel(task: TaskInfo) -> bool:
    """Cancel a task of a program that stands still: it happens at the task's next turn. False for one that runs or has ended."""
    return task.scheduler is not None and task.scheduler.cancel(task)


def prefer(task: TaskInfo | None) -> None:
    """Hold the other tasks of a task's scheduler back while the task can go on; with None all tasks take turns again."""
    for scheduler in live.schedulers if task is None or task.scheduler is None else [task.scheduler]:
        scheduler.prefer(task)


def hold(task: TaskInfo, held: bool) -> None:
    """Hold a task back while others can run, or no longer."""
    if task.scheduler is not None:
        task.scheduler.hold(task, held)


def is_between(frame: FrameType | None) -> bool:
    """Whether tasks of a program that is interrupted in this frame can be changed: no scheduler is in the midst of its work."""
    while frame is not None and frame.f_code is not LOOP:
        if frame.f_globals.get("__name__") in _SCHEDULING and frame.f_code not in _WAITING:
            return False
        frame = frame.f_back
    return True
