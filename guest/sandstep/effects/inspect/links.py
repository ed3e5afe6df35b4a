"""The links of which the chain of a program of effects is made, as a debugger sees it."""

from __future__ import annotations

from dataclasses import dataclass
from types import FrameType
from typing import Any, Literal

from sandstep.effects.chain import AnyGenerator, Status, TaskInfo
from sandstep.effects.live import HasTasks
from sandstep.effects.sites import EffectCreationContext

Role = Literal["program", "handler", "runtime"]


@dataclass(frozen=True, slots=True)
class FrameLink:
    """A generator in the chain. `frame` is its Python frame, whose `f_lineno` is the line of its active `yield`.

    For a handler at work `effect` is what it handles; it may have resumed already, then the program that it resumed comes
    before it in the chain. `scheduler` is what the frame hosts, if it is the one around a program with tasks.
    """

    role: Role
    name: str
    generator: AnyGenerator
    frame: FrameType
    effect: Any = None
    scheduler: HasTasks | None = None


@dataclass(frozen=True, slots=True)
class HandlerLink:
    """A handler in force at a dispatch, what it did so far, and its place (None for what is not Python code)."""

    handler: Any
    name: str
    status: Status
    filename: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class EffectLink:
    """A dispatch in progress: the effect object, where it was made if that is known, and all handlers, innermost first."""

    effect: Any
    created_at: EffectCreationContext | None
    handlers: tuple[HandlerLink, ...]


@dataclass(frozen=True, slots=True)
class TaskLink:
    """The edge between a task and the one that spawned it: `task.spawn_site` is where."""

    task: TaskInfo


Link = FrameLink | EffectLink | TaskLink
