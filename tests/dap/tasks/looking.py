"""Helpers that find a thread, a frame and a scope by name."""

from __future__ import annotations

from ..client import Message
from ..session import Session


def thread(session: Session, name: str) -> int:
    """The id of the one thread whose name begins so."""
    found = session.client.request("threads")["threads"]
    (number,) = [each["id"] for each in found if each["name"].startswith(name)]
    return int(number)


def frame(session: Session, of: str, name: str) -> int:
    """The id of the innermost frame whose name begins so, in a thread's stack."""
    found = [each["id"] for each in session.frames(thread(session, of)) if each["name"].startswith(name)]
    assert found, [each["name"] for each in session.frames(thread(session, of))]
    return int(found[0])


def facts(session: Session, scope: str, frame: int) -> dict[str, Message]:
    """What a scope holds, by name."""
    return {each["name"]: each for each in session.children(session.scope(scope, frame))}


def values(session: Session, scope: str, frame: int) -> dict[str, str]:
    """The same, as text."""
    return {name: each["value"] for name, each in facts(session, scope, frame).items()}
