"""A server for each module of tests, and one for tests that want their own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.dap.peers import SANDSTEP, sandstep_command

pytest.register_assert_rewrite("tests.lsp.editor")

from .editor import Editor  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def image() -> None:
    """The sandbox's image, and the paths of this tree for the servers."""
    os.environ.update(SANDSTEP.environment)
    subprocess.run(sandstep_command("image", "build"), env=os.environ, capture_output=True, timeout=600, check=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """A session in an empty folder, shared by the tests of a module."""
    started = await Editor.start(tmp_path_factory.mktemp("workspace"))
    yield started
    await started.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def start(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Editor]]]:
    """Starts sessions in the test's own folder, after it has put there what it wants."""
    started: list[Editor] = []

    async def begin(settings: dict[str, Any] | None = None, *, wait: bool = True) -> Editor:
        started.append(await Editor.start(tmp_path, settings, wait=wait))
        return started[-1]

    yield begin
    for each in started:
        await each.stop()
