"""A client that is not ours: the one that VS Code's own debug adapters are tested with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import Debug
from .peers import chosen

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def package() -> None:
    """Installs the client from npm, if it is not there yet."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if (NODE / "node_modules" / "@vscode" / "debugadapter-testsupport").is_dir():
        return
    command = ("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    result = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=180, check=False)
    if result.returncode:
        pytest.skip(f"npm cannot install the client: {result.stderr.strip()[:300]}")


def run(script: str, *arguments: str) -> str:
    """What a script of the other client says that went well."""
    peer = chosen()
    command, environment = ("node", script, *arguments, *peer.command), {**os.environ, **peer.environment}
    result = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=100, env=environment, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.usefixtures("package")
def test_smoke(debug: Debug) -> None:
    program = debug.write("x = 20\ny = x + 1  # @here\nprint(y)\n")
    assert run("smoke.mjs", str(program.path), str(program.line("here"))) == "all is well\n"


@pytest.mark.usefixtures("package")
def test_generic_checks(tmp_path: Path) -> None:
    assert run("generic.mjs", str(tmp_path)) == "8 checks passed\n"
