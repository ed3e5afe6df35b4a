"""Between URIs and paths."""

from pathlib import Path
from urllib.parse import unquote, urlsplit


def path_of(uri: str) -> str | None:
    """The path of a `file:` URI; None for what has none, such as an editor's untitled document."""
    parts = urlsplit(uri)
    return unquote(parts.path) if parts.scheme == "file" and parts.path else None


def uri_of(path: str) -> str:
    """The URI of an absolute path; anything else is taken for one already."""
    return Path(path).as_uri() if path.startswith("/") else path
