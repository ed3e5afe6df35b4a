"""Effects as text: what they say, without running the program's code."""

from . import objects
from .own import keep_builtins
from .render import NeedsUserCode, Renderer

keep_builtins(globals())

_LIMIT, _FIELD = 120, 40


def effect_text(effect: object, fields: list[tuple[str, object]]) -> str:
    """An effect as it would be written, `Ask('timeout')`; values whose text only the program's code knows are shown by their type."""
    name = objects.qualname(type(effect)).rpartition(".")[2]
    try:
        shown = Renderer(_LIMIT).text(effect)
    except NeedsUserCode:
        shown = ""
    if not shown or shown.startswith("<"):  # or it says nothing but its address
        renderer = Renderer(_FIELD, user=lambda value: f"<{objects.qualname(type(value))}>")
        values = ", ".join(renderer.text(value) for _, value in fields)
        shown = f"{name}({values})"
    return shown if len(shown) <= _LIMIT else f"{shown[: _LIMIT - 1]}…"
