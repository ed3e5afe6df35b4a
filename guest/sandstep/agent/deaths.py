"""The stack of an exception that ended the program: frames that are no more on any stack, but whose locals the traceback kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import objects
from .entries import Edge, Entry, Gone, Place, Site, places_of_traceback
from .own import keep_builtins
from .sources import Sources
from .tasks import Tasks

keep_builtins(globals())

_DATA = "__doeff_traceback_data__"
_MOST_TEXT = 200


class Deaths:
    """Finds what belongs between the frames of a traceback: the edges of tasks, and the effects that were on their way."""

    def __init__(self, tasks: Tasks, sources: Sources) -> None:
        self._tasks, self._sources = tasks, sources

    def stack(self, error: BaseException) -> list[Entry]:
        """The whole chain by which an exception came, innermost first."""
        roots = self._tasks.flows.roots()
        entries: list[Entry] = []
        for place in places_of_traceback(objects.traceback_of(error)):
            entries.append(place)
            flow = roots.get(id(place.frame))
            if flow is not None and flow.root is not None and flow.root[1] is place.frame.f_code:
                entries.append(Edge(flow.number, flow.name, flow.site))
        rows = _rows(error)
        return _merged(entries, rows, library=not self._sources.just_my_code) if rows else entries

    def report(self, error: BaseException) -> str | None:
        """The effect traceback that an exception carries, as it would be printed; None if it carries none."""
        return self._tasks.effects.report(error) if _rows(error) else None


def _rows(error: BaseException) -> list[dict[str, Any]]:
    """What the runtime of effects wrote down of the chain when the program died, innermost first."""
    data = (objects.instance_dict(error) or {}).get(_DATA)
    rows = data.get("active_chain") if type(data) is dict else None
    return [row for row in reversed(rows) if type(row) is dict] if type(rows) is list else []


def _merged(entries: Sequence[Entry], rows: Sequence[Mapping[str, Any]], *, library: bool) -> list[Entry]:
    """The frames, with the rows that no frame stands for between them."""
    merged: list[Entry] = []
    left = list(entries)
    for row in rows:
        kind = row.get("kind")
        if row.get("handler_kind") == "builtin" and not library:
            continue
        effect = [Gone(_site(row, _effect_text(row)))] if kind == "effect" else []
        if kind in ("program", "crash", "effect"):
            site = _site(row, str(row.get("function", "")))
            found = next((index for index, entry in enumerate(left) if _is_at(entry, site)), None)
            if found is None:
                merged += [*effect, Gone(site)]
            else:
                merged += [*left[:found], *effect, left[found]]
                del left[: found + 1]
        elif kind == "task":
            spawned = row.get("spawn_site")
            site_of_spawn = _site(spawned, str(spawned.get("function", ""))) if type(spawned) is dict else None
            merged.append(Edge(0, f"{row.get('name')} #{row.get('task_id')}", site_of_spawn))
    return merged + left


def _effect_text(row: Mapping[str, Any]) -> str:
    """An effect as it would be written; one without a text of its own by its type."""
    shown = str(row.get("effect_repr", ""))[:_MOST_TEXT]
    return f"{row.get('effect_type')}()" if shown.startswith("<") else shown


def _site(row: Mapping[str, Any], function: str) -> Site:
    line = row.get("line")
    return Site(str(row.get("filename") or "?"), line if type(line) is int else 0, function)


def _is_at(entry: Entry, site: Site) -> bool:
    if type(entry) is not Place:
        return False
    code = entry.frame.f_code
    return code.co_filename == site.file and entry.line == site.line and code.co_name == site.function


def trace(entries: Sequence[Entry], is_shown: Callable[[Place], bool]) -> str:
    """A stack as Python prints a traceback's: outermost first."""
    lines = []
    for entry in reversed(entries):
        if type(entry) is Place:
            if is_shown(entry):
                lines.append(f'  File "{entry.frame.f_code.co_filename}", line {entry.line}, in {entry.frame.f_code.co_qualname}\n')
        elif type(entry) is Edge:
            where = "" if entry.site is None else f', spawned at "{entry.site.file}", line {entry.site.line}, in {entry.site.function}'
            lines.append(f"  In task {entry.name}{where}:\n")
        elif type(entry) is Gone:
            lines.append(f'  File "{entry.site.file}", line {entry.site.line}: {entry.site.function}\n')
    return "".join(lines)
