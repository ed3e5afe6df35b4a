"""What the checks find, and what each kind of finding is called."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from .settings import Severity
from .text import Span


class Fix(NamedTuple):
    """A repair that is certain: what it is called, and texts to be put in places of the document."""

    title: str
    edits: tuple[tuple[Span, str], ...]


class Related(NamedTuple):
    """A place that explains a finding."""

    path: str
    span: Span
    message: str


class Finding(NamedTuple):
    """One diagnostic. `message` is a sentence with the way out."""

    code: str
    span: Span
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()


Severities: TypeAlias = dict[str, Severity]
CODES: Severities = {
    "not-yielded": "warning",
    "not-run": "warning",
    "plain-yield": "error",
    "do-without-yield": "hint",
    "do-async": "error",
    "handler-falls-through": "warning",
    "handler-abandons": "hint",
    "resumed-twice": "error",
    "unhandled-effect": "hint",
    "missing-module": "error",
    "missing-package": "warning",
    "compiled-package": "warning",
    "missing-name": "warning",
    "no-threads": "warning",
    "no-processes": "warning",
    "no-network": "warning",
    "no-such-path": "warning",
    "read-only-path": "warning",
    "unknown-callback": "error",
    "callback-arguments": "error",
}
"""Each code, and how bad it is unless the settings say otherwise. docs/language-server.md has a section for each."""


def link(code: str) -> str:
    """Where a code is explained."""
    return f"{_manual()}#{code}"


@lru_cache(maxsize=1)
def _manual() -> str:
    """The manual as it is installed: beside this package, or in the checkout that it is part of."""
    places = (Path(__file__).with_name("language-server.md"), Path(__file__).resolve().parents[3] / "docs" / "language-server.md")
    return next((place.as_uri() for place in places if place.is_file()), places[0].as_uri())
