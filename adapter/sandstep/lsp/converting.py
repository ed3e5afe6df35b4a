"""From this package's own types to those of LSP."""

from collections.abc import Sequence

from lsprotocol import types

from .findings import CODES, Finding, link
from .settings import Settings, Severity
from .text import Span
from .uris import uri_of

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}


def to_range(span: Span) -> types.Range:
    return types.Range(types.Position(span.line, span.column), types.Position(span.end_line, span.end_column))


def to_location(path: str, span: Span) -> types.Location:
    return types.Location(uri_of(path), to_range(span))


def to_diagnostic(finding: Finding, settings: Settings) -> types.Diagnostic | None:
    """None if the settings turn it off."""
    severity: Severity = settings.severity.get(finding.code, CODES[finding.code])
    if severity == "off":
        return None
    related = [types.DiagnosticRelatedInformation(to_location(one.path, one.span), one.message) for one in finding.related]
    return types.Diagnostic(
        to_range(finding.span),
        finding.message,
        _SEVERITIES[severity],
        finding.code,
        types.CodeDescription(link(finding.code)),
        "sandstep",
        related_information=related or None,
    )


def markup(text: str, formats: Sequence[types.MarkupKind] | None) -> types.MarkupContent:
    """Markdown, or for a client that does not take it plain text."""
    if formats is None or types.MarkupKind.Markdown not in formats:
        return types.MarkupContent(types.MarkupKind.PlainText, text.replace("**", "").replace("`", ""))
    return types.MarkupContent(types.MarkupKind.Markdown, text)
