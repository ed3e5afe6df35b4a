"""The checks: each looks for one thing in a document, and says nothing where it is not sure."""

from collections.abc import Callable, Iterator

from ..findings import Finding
from . import callbacks, effects, files, handlers, imports, programs, unhandled, uses
from .context import Context

CHECKS: tuple[Callable[[Context], Iterator[Finding]], ...] = (
    effects.check,
    programs.check,
    handlers.check,
    unhandled.check,
    imports.check,
    uses.check,
    files.check,
    callbacks.check,
)


def findings(context: Context) -> Iterator[Finding]:
    """All that the checks find in a document."""
    for check in CHECKS:
        yield from check(context)
