"""The scopes of what is not a Python frame: an effect, its handlers, a task."""

from collections.abc import Callable

from .entries import Dispatch, Site
from .facts import Facts, Text
from .own import keep_builtins
from .tasks import Flow, Tasks

keep_builtins(globals())


def effect_scope(dispatch: Dispatch, fields: list[tuple[str, object]]) -> Facts:
    """An effect's fields, and where it was performed."""
    items: list[tuple[str, object]] = [("effect", dispatch.effect), *fields]
    if dispatch.site is not None:
        items.append(("performed at", _site(dispatch.site)))
    return Facts(items)


def handlers_scope(dispatch: Dispatch) -> Facts:
    """The handlers in force, innermost first, with what each did."""
    items: list[tuple[str, object]] = []
    for index, each in enumerate(dispatch.handlers):
        parts: list[tuple[str, object]] = [("handler", each.handler)]
        if each.site is not None:
            parts.append(("place", _site(each.site)))
        where = "" if each.site is None else f"{_short(each.site)}"
        items.append((f"{index} {each.name}", Facts(parts, f"{each.mark}  {where}".strip())))
    return Facts(items)


def task_scope(flow: Flow, tasks: Tasks, clock: Callable[[], float]) -> Facts:
    """What is known of a task: id, state, parent, where it was spawned, its age, what it waits for, its children."""
    waiting = tasks.waiting(flow)
    items: list[tuple[str, object]] = [("id", flow.number), ("state", Text(waiting.state))]
    items.append(("name", flow.stem))
    items.append(("number", flow.ordinal))
    if waiting.state == "waiting":
        items.append(("waits for", Text(f"{waiting.what}{waiting.time}")))
    elif waiting.words:
        items.append((waiting.state, Text(waiting.words)))
    parent = tasks.stacks.parent(flow)
    items.append(("parent", Text(parent.name) if parent is not None else None))
    if flow.site is not None:
        items.append(("spawned at", _site(flow.site)))
    if flow.began is not None:
        items.append(("age", Text(f"{max(0.0, clock() - flow.began):.3f} s")))
    items.append(("pending children", Facts(lambda: [_described(each, tasks) for each in tasks.children(flow)])))
    items.append(("task", tasks.stacks.runtime(flow).task(flow)))
    return Facts(items)


def _described(flow: Flow, tasks: Tasks) -> tuple[str, object]:
    waiting = tasks.waiting(flow)
    return flow.name, Text(waiting.text)


def _site(site: Site) -> Text:
    return Text(f"{site.function}() {site.file}:{site.line}")


def _short(site: Site) -> str:
    return f"{site.file.rpartition('/')[2]}:{site.line}"
