"""The server's process: how it begins and ends, and that nothing else pays for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dap.peers import sandstep_command


def test_it_ends_with_its_editor() -> None:
    process = subprocess.Popen(sandstep_command("lsp"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, errors = process.communicate(b"", timeout=30)
    assert (out, errors, process.returncode) == (b"", b"", 1)


def test_garbage_does_not_stop_it() -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}).encode()
    good = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    bad = b"Content-Length: 5\r\n\r\n{nopeNonsense: 1\r\n\r\n"
    done = subprocess.run(
        sandstep_command("lsp"),
        input=bad + good,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert b'"id": 1' in done.stdout
    assert b"Traceback" not in done.stdout


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "nonsense", "127.0.0.1:99999", "example.com:80"])
def test_it_listens_on_the_loopback_alone(listen: str) -> None:
    done = subprocess.run(sandstep_command("lsp", "--listen", listen), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stderr == f"sandstep lsp: {listen!r} is not a loopback address with a port; use 127.0.0.1:0, or [::1]:0\n"


def test_without_an_image_it_says_so(tmp_path: Path) -> None:
    script = (
        "import asyncio\nfrom sandstep.lsp import image_facts\n"
        "try:\n    asyncio.run(image_facts.facts())\nexcept image_facts.NoImage as error:\n    print(error)\n"
    )
    (tmp_path / "cache").mkdir(mode=0o700)
    environment = os.environ | {"SANDSTEP_CACHE": str(tmp_path / "cache")}
    done = subprocess.run((sys.executable, "-c", script), env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "The sandbox's image is not built yet, so imports are not checked: run `sandstep image build`.\n"


@pytest.mark.parametrize("module", ["sandstep.dap.server", "sandstep.cli", "sandstep.commands", "sandstep.sandbox"])
def test_nothing_else_pays_for_it(module: str) -> None:
    """pygls and lsprotocol take 0.6 s to import: never on the way to a debug session, nor to the command line."""
    script = f"import {module}, sys\nprint([name for name in ('pygls', 'lsprotocol', 'tree_sitter', 'attrs') if name in sys.modules])"
    done = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
