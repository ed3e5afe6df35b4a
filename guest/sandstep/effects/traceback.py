"""The effect traceback: the rows that the machine wrote, with types, and the ways to show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from sandstep.effects.chain import Status
from sandstep.effects.native import DATA

HandlerKind = Literal["python", "builtin"]
DispatchAction = Literal["active", "resumed", "returned", "threw", "transferred", "task_failed", "unhandled"]


def _coerce_handler_status(value: object) -> Status:
    if value not in get_args(Status):
        raise ValueError(f"unknown handler status: {value!r}")
    return cast(Status, value)


def _coerce_handler_kind(value: object) -> HandlerKind:
    if value not in get_args(HandlerKind):
        raise ValueError(f"unknown handler kind: {value!r}")
    return cast(HandlerKind, value)


def _coerce_dispatch_action(value: object) -> DispatchAction:
    if value not in get_args(DispatchAction):
        raise ValueError(f"unknown dispatch action: {value!r}")
    return cast(DispatchAction, value)


def _coerce_effect_result(value: Any) -> EffectResult:
    if not isinstance(value, dict) or "kind" not in value:
        raise ValueError(f"unknown effect result: {value!r}")
    fields = {name: content for name, content in value.items() if name != "kind"}
    unknown = set(fields) - set(EffectResult.__dataclass_fields__)
    if unknown:
        raise ValueError(f"unknown effect result: {value!r}")
    return EffectResult(_coerce_dispatch_action(value["kind"]), **fields)


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a source file; `line` counts from 1."""

    function: str
    filename: str
    line: int


@dataclass(frozen=True, slots=True)
class EffectResult:
    """What came of a dispatch; which of the fields mean something depends on `kind`."""

    kind: DispatchAction
    handler_name: str = ""
    value_repr: str = ""
    exception_repr: str = ""
    target_repr: str = ""
    task_id: int = 0
    during: str = ""


@dataclass(frozen=True, slots=True)
class HandlerEntry:
    """One handler of a stack and what it did. Without a file it is not Python code."""

    name: str
    kind: HandlerKind
    status: Status
    filename: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class ProgramFrame:
    """A generator (or a plain function) that waits for what it called; `handler_kind` is set for frames of handlers."""

    site: Site
    text: str
    handler_kind: HandlerKind | None = None


@dataclass(frozen=True, slots=True)
class CrashFrame:
    """What raised."""

    site: Site
    text: str
    handler_kind: HandlerKind | None = None


@dataclass(frozen=True, slots=True)
class EffectFrame:
    """A dispatch: the effect, where it was performed and made, the handlers innermost first, and what came of it."""

    site: Site
    effect_repr: str
    effect_type: str
    creation_site: Site | None
    handlers: tuple[HandlerEntry, ...]
    result: EffectResult


@dataclass(frozen=True, slots=True)
class TaskBoundary:
    """The edge between a task, whose frames follow, and the one that spawned it."""

    task_id: int
    parent_task: int | None
    name: str
    spawn_site: Site | None


Entry = ProgramFrame | CrashFrame | EffectFrame | TaskBoundary


def _site(row: Any) -> Site:
    return Site(row["function"], row["filename"], row["line"])


def _handler(row: Any) -> HandlerEntry:
    return HandlerEntry(row["name"], _coerce_handler_kind(row["kind"]), _coerce_handler_status(row["status"]), row["filename"], row["line"])


def entry_of(row: Any) -> Entry:
    """The typed form of a row. Raises ValueError for a row of an unknown kind."""
    kind = row["kind"]
    if kind == "effect":
        created = None if row["creation_site"] is None else _site(row["creation_site"])
        handlers = tuple(_handler(handler) for handler in row["handlers"])
        return EffectFrame(_site(row), row["effect_repr"], row["effect_type"], created, handlers, _coerce_effect_result(row["result"]))
    if kind == "task":
        spawned = None if row["spawn_site"] is None else _site(row["spawn_site"])
        return TaskBoundary(row["task_id"], row["parent_task"], row["name"], spawned)
    if kind not in ("program", "crash"):
        raise ValueError(f"unknown kind of row: {kind!r}")
    handler_kind = None if row["handler_kind"] is None else _coerce_handler_kind(row["handler_kind"])
    return (ProgramFrame if kind == "program" else CrashFrame)(_site(row), row["text"], handler_kind)


@dataclass(frozen=True, slots=True)
class DoeffTraceback:
    """The traceback of an effect program. `active_chain` is what ran when the error was raised, outermost first;
    `history` are dispatches that are over and left no frame, oldest first."""

    active_chain: tuple[Entry, ...]
    history: tuple[EffectFrame, ...]
    exception_type: str
    exception_text: str
    hints: tuple[str, ...] = ()
    cause: DoeffTraceback | None = None

    @classmethod
    def of(cls, error: BaseException) -> DoeffTraceback | None:
        """The traceback that an exception carries, None if it did not come out of an effect program.

        Raises ValueError if the data on the exception is not what this version writes.
        """
        data = getattr(error, DATA, None)
        if data is None:
            return None
        history = tuple(cast(EffectFrame, entry_of(row)) for row in data["history"])
        hint = getattr(error, "__doeff_hint__", None)
        notes = tuple(str(note) for note in getattr(error, "__notes__", ()))
        hints = (() if hint is None else (f"Hint: {hint}",)) + notes
        cause = None if error.__cause__ is None else cls.of(error.__cause__)
        entries = tuple(entry_of(row) for row in data["active_chain"])
        return cls(entries, history, type(error).__name__, str(error), hints, cause)

    def format_default(self) -> str:
        """The chain that was active when the program died: what is printed on stderr."""
        from sandstep.effects.rendering import render_default

        return render_default(self)

    def format_chained(self) -> str:
        """Everything: abandoned continuations first, then the active chain with the frames of handlers."""
        from sandstep.effects.rendering import render_chained

        return render_chained(self)

    def format_sectioned(self) -> str:
        """A summary in sections: program stack, effects, tasks, handlers."""
        from sandstep.effects.rendering import render_sectioned

        return render_sectioned(self)

    def format_short(self) -> str:
        """One line, for logs."""
        from sandstep.effects.rendering import render_short

        return render_short(self)
