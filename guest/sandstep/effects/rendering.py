"""How an effect traceback looks. Folding is done here and nowhere else; nothing is left out of the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sandstep.effects.chain import Status
from sandstep.effects.sites import path_shown
from sandstep.effects.traceback import (
    CrashFrame,
    DoeffTraceback,
    EffectFrame,
    EffectResult,
    Entry,
    HandlerEntry,
    ProgramFrame,
    Site,
    TaskBoundary,
)

HEADING = "doeff Traceback (most recent call last):"
VALUE_LIMIT = 80
MARKS: dict[Status, str] = {
    "resumed": "✓",
    "passed": "↗",
    "delegated": "⇆",
    "threw": "✗",
    "transferred": "⇢",
    "active": "⚡",
    "pending": "·",
    "returned": "⏎",
}


def cut(text: str) -> str:
    """A repr of a size for one line."""
    return text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"


def site_shown(site: Site) -> str:
    """`name()  file:line`."""
    return f"{site.function}()  {path_shown(site.filename)}:{site.line}"


def result_line(result: EffectResult) -> str:
    """What came of a dispatch, in a line."""
    match result.kind:
        case "resumed":
            return f"→ resumed with {cut(result.value_repr)}"
        case "threw":
            return f"✗ {result.handler_name} raised {cut(result.exception_repr)}"
        case "transferred":
            return f"⇢ {result.handler_name} transferred to {result.target_repr}"
        case "task_failed":
            return f"⇢ task {result.task_id} failed during {result.during}"
        case "returned":
            return f"⏎ {result.handler_name} returned {cut(result.value_repr)} (continuation abandoned)"
        case "unhandled":
            return "✗ no handler took it"
    return "⚡ not answered yet"


def handler_lines(handlers: Iterable[HandlerEntry], fold: bool) -> Iterator[str]:
    """The lines of a handler stack; `fold` makes one line of neighbours that have not seen the effect."""
    stack = list(handlers)
    nobody = bool(stack) and all(handler.status == "pending" for handler in stack)
    for pending, group in groupby(stack, lambda handler: fold and handler.status == "pending"):
        members = list(group)
        if pending:
            names = ", ".join(handler.name for handler in members)
            yield f"· {len(members)} pending: {names}{' (no handler matched)' if nobody else ''}"
            continue
        for handler in members:
            place = "(builtin)" if handler.filename is None else f"{path_shown(handler.filename)}:{handler.line}"
            yield f"{handler.name} {MARKS[handler.status]}  {place}"


def boundary_line(boundary: TaskBoundary) -> str:
    """The line between a task and its parent."""
    site = boundary.spawn_site
    spawned = "" if site is None else f" (spawned at {site.function}() {path_shown(site.filename)}:{site.line})"
    return f"── in task {boundary.task_id}{spawned} ──"


def _effect_lines(entry: EffectFrame, previous: tuple[HandlerEntry, ...] | None, fold: bool) -> Iterator[str]:
    yield f"  {site_shown(entry.site)}"
    yield f"    yield {entry.effect_repr}"
    if entry.handlers and entry.handlers == previous:
        yield "    (same handlers)"
    elif entry.handlers:
        yield "    handlers:"
        for line in handler_lines(entry.handlers, fold):
            yield f"      {line}"
    yield f"    {result_line(entry.result)}"
    yield ""


def _frame_lines(entry: ProgramFrame | CrashFrame) -> Iterator[str]:
    gear = "" if entry.handler_kind is None else "⚙ "
    yield f"  {gear}{site_shown(entry.site)}"
    if entry.text:
        yield f"    {entry.text}"
    yield ""


def _entries(entries: Iterable[Entry], fold: bool) -> Iterator[str]:
    previous: tuple[HandlerEntry, ...] | None = None
    for entry in entries:
        if isinstance(entry, EffectFrame):
            yield from _effect_lines(entry, previous, fold)
            previous = entry.handlers
        elif isinstance(entry, TaskBoundary):
            yield f"  {boundary_line(entry)}"
            yield ""
        elif not fold or entry.handler_kind is None:
            yield from _frame_lines(entry)


def error_lines(trace: DoeffTraceback) -> list[str]:
    """The exception itself, as Python words it, with its hints."""
    text = f"{trace.exception_type}: {trace.exception_text}" if trace.exception_text else trace.exception_type
    return [text, *trace.hints]


def _with_cause(trace: DoeffTraceback, text: str, cause: str) -> str:
    if trace.cause is None:
        return text
    return f"{cause}\nThe above exception was the direct cause of the following exception:\n\n{text}"


def render_default(trace: DoeffTraceback) -> str:
    """The active chain, folded."""
    text = "\n".join([HEADING, "", *_entries(trace.active_chain, fold=True), *error_lines(trace)]) + "\n"
    return _with_cause(trace, text, "" if trace.cause is None else render_default(trace.cause))


def render_chained(trace: DoeffTraceback) -> str:
    """History and active chain, unfolded."""
    lines = [HEADING, ""]
    for entry in trace.history:
        lines.extend(_effect_lines(entry, None, fold=False))
    text = "\n".join([*lines, *_entries(trace.active_chain, fold=False), *error_lines(trace)]) + "\n"
    return _with_cause(trace, text, "" if trace.cause is None else render_chained(trace.cause))


def render_sectioned(trace: DoeffTraceback) -> str:
    """The same data by kind."""
    chain = trace.active_chain
    frames = [f"  {site_shown(entry.site)}  {entry.text}" for entry in chain if isinstance(entry, (ProgramFrame, CrashFrame))]
    effects = [entry for entry in chain if isinstance(entry, EffectFrame)]
    dispatches = [f"  {entry.effect_repr}  {result_line(entry.result)}" for entry in effects]
    tasks = [f"  {boundary_line(entry)}" for entry in chain if isinstance(entry, TaskBoundary)]
    handlers = [f"  {line}" for line in handler_lines(effects[-1].handlers, fold=False)] if effects else []
    sections = {"Program Stack:": frames, "Effects:": dispatches, "Tasks:": tasks, "Handlers:": handlers}
    lines = [line for title, body in sections.items() if body for line in (title, *body, "")]
    return "\n".join([*lines, "Error:", *(f"  {line}" for line in error_lines(trace))]) + "\n"


def render_short(trace: DoeffTraceback) -> str:
    """One line."""
    names = [
        entry.site.function
        for entry in trace.active_chain
        if not isinstance(entry, TaskBoundary) and getattr(entry, "handler_kind", None) is None
    ]
    merged = [name for name, _ in groupby(names)]
    return f"{error_lines(trace)[0]}  [{' > '.join(merged)}]"
