"""The checks: each looks for one thing in a document, and says nothing where it is not sure."""

from collections.abc import Callable, Iterator

from ..documents import Document
from ..findings import Finding
from ..text import Span
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
    """All that the checks find in a document, but for what stands in statements with syntax errors: these may mean anything."""
    whole = not context.document.tree.root_node.has_error
    for check in CHECKS:
        for finding in check(context):
            if whole or not _is_broken(context.document, finding.span):
                yield finding


def _is_broken(document: Document, span: Span) -> bool:
    start, end = document.text.byte(span.line, span.column), document.text.byte(span.end_line, span.end_column)
    node = document.tree.root_node.descendant_for_byte_range(start, end)
    while node is not None and node.parent is not None and node.parent.type not in ("block", "module"):
        node = node.parent
    return node is None or node.has_error
