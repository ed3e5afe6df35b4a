"""Effects as text: what they say, without running the program's code."""

from . import objects
from .own import keep_builtins
from .render import NeedsUserCode, Renderer

keep_builtins(globals())

_LIMIT, _FIELD = 120, 40


def effect_text(effect: object, fields: list[tuple[str, object]]) -> str:
    """An effect as it would be written, `Ask('timeout')`; values whose text the program makes are shown by their type."""
    name = objects.qualname(type(effect)).rpartition(".")[2]
    try:
        shown = Renderer(_LIMIT).text(effect)
    except NeedsUserCode:
        renderer = Renderer(_FIELD, user=lambda value: f"<{objects.qualname(type(value))}>")
        shown = f"{name}({', '.join(renderer.text(value) for _, value in fields)})"
    return shown if not shown.startswith("<") else name
