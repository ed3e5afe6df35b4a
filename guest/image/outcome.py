"""What ended a program, as data for the host: bounded, whatever the program's exception classes do."""

import traceback
from types import TracebackType
from typing import Any

_MESSAGE, _TEXT, _FRAMES = 8 << 10, 64 << 10, 100


def describe(error: BaseException) -> dict[str, Any]:
    """Type, message, traceback as text and as data. The program's own `__str__` may run, and fail."""
    kind = type(error)
    return {
        "type": _cut(type.__dict__["__qualname__"].__get__(kind), 200),
        "module": _cut(_module(kind), 200),
        "message": _cut(_message(error), _MESSAGE),
        "frames": _frames(error.__traceback__),
        "text": _cut(_text(error), _TEXT),
    }


def _module(kind: type) -> str:
    module = type.__dict__["__module__"].__get__(kind)
    return module if isinstance(module, str) else ""


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException as second:
        return f"<its __str__ raised {type(second).__name__}>"


def _text(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except BaseException as second:
        return f"{type(error).__name__}: <its traceback cannot be shown: {type(second).__name__}>\n"


def _frames(link: TracebackType | None) -> list[dict[str, Any]]:
    """Outermost first; of very many the first and the last half."""
    links = []
    while link is not None:
        links.append(link)
        link = link.tb_next
    if len(links) > _FRAMES:
        links = links[: _FRAMES // 2] + links[-_FRAMES // 2 :]
    return [
        {
            "file": _cut(each.tb_frame.f_code.co_filename, 1000),
            "line": each.tb_lineno or 0,
            "function": _cut(each.tb_frame.f_code.co_qualname, 200),
        }
        for each in links
    ]


def _cut(text: str, size: int) -> str:
    """A plain string that UTF-8 can carry."""
    return str.encode(text[:size], "utf-8", "backslashreplace").decode()
