"""Sessions for the tests: each test has its own adapters, and none may leave a process behind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import DialogueError
from .peers import SANDSTEP, chosen, sandstep_command
from .program import Program, write
from .session import Session


class Debug:
    """Starts sessions on programs given as text, and ends them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sessions: list[Session] = []

    def session(self) -> Session:
        """An adapter that nobody has spoken to yet."""
        session = Session(chosen())
        self.sessions.append(session)
        return session

    def write(self, text: str, name: str = "prog.py") -> Program:
        return write(self.folder, text, name)

    def start(self, text: str, breakpoints: list[str] | None = None, **launch: Any) -> Session:
        """Launches a program, with breakpoints at the marks written `@name!`."""
        return self.session().start(self.write(text), breakpoints, **launch)

    def stopped(self, text: str, **launch: Any) -> Session:
        """Launches a program and waits for its first stop."""
        session = self.start(text, **launch)
        session.stop()
        return session

    def ran(self, text: str, **launch: Any) -> Session:
        """Launches a program and waits for its end."""
        session = self.start(text, **launch)
        session.finish()
        return session

    def close(self) -> None:
        left = {session: session.close() for session in self.sessions}
        assert not any(left.values()), f"processes left behind: {list(left.values())}"


@pytest.fixture(scope="session", autouse=True)
def image() -> None:
    """The sandbox's image, built once: no test's time limit has to allow for it."""
    subprocess.run(
        sandstep_command("image", "build"), env={**os.environ, **SANDSTEP.environment}, capture_output=True, timeout=600, check=True
    )


@pytest.fixture
def debug(tmp_path: Path) -> Iterator[Debug]:
    started = Debug(tmp_path)
    try:
        yield started
    except DialogueError:
        started.close()
        raise
    started.close()
