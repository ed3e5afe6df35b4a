"""Quick fixes for what the checks have found."""

from typing import TYPE_CHECKING

from lsprotocol import types

from ..converting import to_diagnostic, to_range
from ..registry import request
from ..text import Span

if TYPE_CHECKING:
    from ..server import Server


@request(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))
def code_action(server: "Server", params: types.CodeActionParams) -> list[types.CodeAction]:
    """The fixes of the findings that the range touches; each is certain."""
    uri, wanted = params.text_document.uri, params.range
    only = params.context.only
    if only is not None and not any(types.CodeActionKind.QuickFix.startswith(kind) for kind in only):
        return []
    found: list[types.CodeAction] = []
    for finding in server.found.get(uri, []):
        diagnostic = to_diagnostic(finding, server.project.settings)
        if finding.fix is None or diagnostic is None or not _touches(finding.span, wanted):
            continue
        edits = [types.TextEdit(to_range(span), text) for span, text in finding.fix.edits]
        edit = types.WorkspaceEdit(changes={uri: edits})
        kind = types.CodeActionKind.QuickFix
        found.append(types.CodeAction(finding.fix.title, kind, [diagnostic], is_preferred=True, edit=edit))
    return found


def _touches(span: Span, wanted: types.Range) -> bool:
    start, end = (wanted.start.line, wanted.start.character), (wanted.end.line, wanted.end.character)
    return (span.line, span.column) <= end and start <= (span.end_line, span.end_column)
