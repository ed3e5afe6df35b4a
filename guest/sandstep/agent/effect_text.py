"""Effects as text: what they say, without running the program's code."""

from collections.abc import Callable
from types import CoroutineType, GeneratorType

from . import objects
from .own import keep_builtins
from .render import NeedsUserCode, Renderer

keep_builtins(globals())

_LIMIT, _FIELD = 120, 40


def effect_text(effect: object, fields: list[tuple[str, object]], short: Callable[[object], str | None]) -> str:
    """An effect as it would be written, `Ask('timeout')`; values whose text the program makes are shown by their type.

    `short` gives the text of what belongs to the runtime.
    """
    name = objects.qualname(type(effect)).rpartition(".")[2]
    try:
        shown = Renderer(_LIMIT).text(effect)
    except NeedsUserCode:
        shown = ""
    if shown and not shown.startswith("<"):
        return shown
    renderer = Renderer(_FIELD, user=lambda value: f"<{objects.qualname(type(value))}>")
    shown = f"{name}({', '.join(_part(renderer, value, short) for _, value in fields)})"
    return shown if len(shown) <= _LIMIT else f"{shown[: _LIMIT - 1]}…"


def _part(renderer: Renderer, value: object, short: Callable[[object], str | None]) -> str:
    if type(value) in (CoroutineType, GeneratorType):
        return str(value.__qualname__)  # type: ignore[attr-defined]
    return short(value) or renderer.text(value)
