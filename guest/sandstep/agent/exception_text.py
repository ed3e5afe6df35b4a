"""What can be said of an exception without running the program's code, and what belongs to it."""

from . import objects
from .own import keep_builtins
from .render import NeedsUserCode, Renderer

keep_builtins(globals())

MOST_LINKS = 50
"""So many exceptions that belong to one are looked at."""
_SUMMARY = 200
_cause = BaseException.__dict__["__cause__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_suppressed = BaseException.__dict__["__suppress_context__"].__get__


def links(error: BaseException) -> list[tuple[str | None, BaseException]]:
    """The exceptions that belong to one: its cause or its context, a group's members."""
    found: list[tuple[str | None, BaseException]] = []
    cause, context = _cause(error), _context(error)
    if cause is not None:
        found.append(("__cause__", cause))
    elif context is not None and not _suppressed(error):
        found.append(("__context__", context))
    if objects.is_a(error, BaseExceptionGroup):
        members = BaseExceptionGroup.__dict__["exceptions"].__get__(error)
        found += [(f"exceptions[{index}]", member) for index, member in enumerate(members)]
    return found


def needs_user_code(error: BaseException) -> bool:
    """Whether the text of an exception or of one that belongs to it is made by the program's code."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_LINKS:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if not is_plain(each):
            return True
        waiting += [link for _, link in links(each)]
    return False


def is_plain(error: BaseException) -> bool:
    """Whether the text of an exception can be had without running the program's code."""
    shown = objects.in_class(type(error), "__str__")
    if type(shown) is not type(object.__str__):
        return False
    try:
        Renderer().text(BaseException.__dict__["args"].__get__(error))
    except NeedsUserCode:
        return False
    return True


def message_of(error: BaseException) -> str:
    """An exception's text, if the program's code need not run for it, or else what it was made with."""
    if is_plain(error):
        return str(error)[:10_000]
    try:
        return Renderer().text(BaseException.__dict__["args"].__get__(error))
    except NeedsUserCode:
        return ""


def summary(error: BaseException) -> str:
    """An exception in a few words, without running the program's code."""
    words = message_of(error)
    return f"{objects.qualname(type(error))}: {words[:_SUMMARY]}" if words else objects.qualname(type(error))
