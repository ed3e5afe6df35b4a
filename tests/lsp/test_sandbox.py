"""Diagnostics of what the sandbox cannot do. Each is tried in the real sandbox: what is told fails there, what is not told works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from sandstep.lsp.findings import CODES
from sandstep.sandbox import Sandbox

from .editor import Editor, launch_json

pytestmark = pytest.mark.asyncio(loop_scope="module")

FAILS = [
    ("import ⟦missing-module|ssl⟧", "ModuleNotFoundError"),
    ("import ⟦missing-module|multiprocessing.pool⟧", "ModuleNotFoundError"),
    ("import ⟦missing-module|concurrent.futures.process⟧", "ModuleNotFoundError"),
    ("from concurrent.futures import ⟦missing-module|process⟧", "ModuleNotFoundError"),
    ("from ⟦missing-module|ctypes⟧ import c_int, c_long", "ModuleNotFoundError"),
    ("import os, ⟦missing-module|lzma⟧ as x", "ModuleNotFoundError"),
    ("import ⟦missing-module|imp⟧", "ModuleNotFoundError"),
    ("from os import ⟦missing-name|fork⟧", "ImportError"),
    ("from http.client import ⟦missing-name|HTTPSConnection⟧", "ImportError"),
    ("import os\n⟦missing-name|os.getuid⟧()", "AttributeError"),
    ("import signal as s\n⟦missing-name|s.alarm⟧(1)", "AttributeError"),
    ("import threading\n⟦no-threads|threading.Thread(target=print)⟧.start()", "RuntimeError"),
    ("from threading import Thread\nt = ⟦no-threads|Thread(target=print)⟧\nt.start()", "RuntimeError"),
    ("import threading\n⟦no-threads|threading.Timer(1, print)⟧.start()", "RuntimeError"),
    ("import _thread\n⟦no-threads|_thread.start_new_thread(print, ())⟧", "RuntimeError"),
    ("import asyncio\nasync def f():\n    await ⟦no-threads|asyncio.to_thread(print)⟧\nasyncio.run(f())", "RuntimeError"),
    (
        "from concurrent.futures import ThreadPoolExecutor\nwith ⟦no-threads|ThreadPoolExecutor()⟧ as p:\n    p.submit(print)",
        "RuntimeError",
    ),
    ("import subprocess\n⟦no-processes|subprocess.run(['ls'])⟧", "OSError"),
    ("import subprocess as sp\n⟦no-processes|sp.check_output('ls', shell=True)⟧", "OSError"),
    ("from subprocess import Popen\n⟦no-processes|Popen(['ls'])⟧", "OSError"),
    ("import os\n⟦no-processes|os.system('ls')⟧", "AttributeError"),
    ("import os\n⟦no-processes|os.popen('ls')⟧", "OSError"),
    ("import os\n⟦no-processes|os.fork()⟧", "AttributeError"),
    ("import os\n⟦no-processes|os.kill(1, 9)⟧", "AttributeError"),
    (
        "import asyncio\nasync def f():\n    await ⟦no-processes|asyncio.create_subprocess_exec('ls')⟧\nasyncio.run(f())",
        "NotImplementedError",
    ),
    ("import socket\n⟦no-network|socket.socket()⟧", "PermissionError"),
    ("import socket\n⟦no-network|socket.create_connection(('127.0.0.1', 80))⟧", "gaierror"),
    ("import socket\n⟦no-network|socket.getaddrinfo('localhost', 80)⟧", "gaierror"),
    ("import urllib.request\n⟦no-network|urllib.request.urlopen('http://127.0.0.1/')⟧", "URLError"),
    ("from urllib.request import urlopen\n⟦no-network|urlopen('http://127.0.0.1/')⟧", "URLError"),
    (
        "import asyncio\nasync def f():\n    await ⟦no-network|asyncio.open_connection('127.0.0.1', 80)⟧\nasyncio.run(f())",
        "PermissionError",
    ),
    ("import http.server\n⟦no-network|http.server.HTTPServer(('', 0), None)⟧", "PermissionError"),
    ("import smtplib\n⟦no-network|smtplib.SMTP('127.0.0.1')⟧", "gaierror"),
    ("open(⟦no-such-path|'/etc/passwd'⟧)", "FileNotFoundError"),
    ("open(⟦no-such-path|'/dev/null'⟧, 'w')", "FileNotFoundError"),
    ("import os\nos.listdir(⟦no-such-path|'/usr/share'⟧)", "FileNotFoundError"),
    ("import sqlite3\nsqlite3.connect(⟦no-such-path|'/tmp/x.db'⟧)", "OperationalError"),
]

WORKS = [
    "import asyncio, decimal, json, sqlite3, zlib, xml.parsers.expat, email.mime.text",
    "import importlib.resources, logging.handlers, unittest.mock, concurrent.futures",
    "try:\n    import ssl\nexcept ImportError:\n    ssl = None",
    "import contextlib\nwith contextlib.suppress(ImportError):\n    import ssl",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ssl",
    "import sys\nif sys.platform == 'win32':\n    import winreg\nelif sys.platform.startswith('linux'):\n    import resource",
    "import sys\nif sys.version_info < (3, 11):\n    import imp",
    "import os\nif os.name == 'nt':\n    import msvcrt\n    os.startfile('x')",
    "import os\nif hasattr(os, 'fork'):\n    os.fork()",
    "import os\ntry:\n    os.fork()\nexcept AttributeError:\n    pass",
    "import subprocess\ntry:\n    subprocess.run(['ls'])\nexcept OSError:\n    pass",
    "import threading\nlock = threading.Lock()\nthread = threading.Thread(target=print)",
    "import threading\nlocal = threading.local()\nprint(threading.current_thread().name)",
    "import socket\nprint(socket.gethostname(), socket.AF_INET)",
    "import smtplib\nclient = smtplib.SMTP()",
    "import urllib.request\nprint(urllib.request.urlopen('data:text/plain,x').read())",
    "import sqlite3\nsqlite3.connect(':memory:')",
    "import os\nos.path.exists('/etc/passwd')\nfor found in os.walk('/etc'):\n    pass",
    "def open(path):\n    return path\nopen('/etc/passwd')",
    "class os:\n    @staticmethod\n    def system(text): ...\nos.system('ls')",
    "import asyncio\nasync def f():\n    await asyncio.gather(asyncio.sleep(0))\nasyncio.run(f())",
]


@pytest.fixture(scope="module")
def box() -> Sandbox:
    return Sandbox()


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def closing(box: Sandbox) -> AsyncIterator[None]:
    yield
    box.close()


@pytest.mark.parametrize(("source", "error"), FAILS)
async def test_what_is_told_fails(editor: Editor, box: Sandbox, source: str, error: str) -> None:
    await editor.check(source)
    code = source
    for mark in ("⟦", "⟧"):
        code = code.replace(mark, "")
    for name in ("missing-module|", "missing-name|", "no-threads|", "no-processes|", "no-network|", "no-such-path|"):
        code = code.replace(name, "")
    result = await box.run_async(code)
    assert result.error is not None
    assert result.error.type == error


@pytest.mark.parametrize("source", WORKS)
async def test_what_works_is_not_told(editor: Editor, box: Sandbox, source: str) -> None:
    await editor.check(source)
    result = await box.run_async(source)
    assert result.error is None, result.error


async def test_a_message_says_why_and_what_to_do(editor: Editor) -> None:
    (found,) = await editor.check("import ⟦missing-module|bz2⟧")
    assert found.message == "`bz2` cannot be imported in the sandbox, as it needs `_bz2`; use zlib, gzip or zipfile with deflate."
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.source == "sandstep"
    assert found.code_description is not None
    page, _, anchor = found.code_description.href.partition("#")
    assert anchor == "missing-module"
    assert all(f"\n### {code}\n" in read(page) for code in CODES)


def read(uri: str) -> str:
    return Path(uri.removeprefix("file://")).read_text()


@pytest.mark.parametrize("text", ["from sandstep.sandbox import Sandbox\nimport ssl\n", "import pytest\nimport ssl, subprocess\n"])
async def test_programs_of_the_host_are_left_alone(editor: Editor, text: str) -> None:
    await editor.check(text)


async def test_a_module_of_ones_own(start: Callable[[], Awaitable[Editor]], tmp_path: Path) -> None:
    (tmp_path / "ssl.py").write_text("x = 1\n")
    (tmp_path / "pwd").mkdir()
    (tmp_path / "pwd" / "__init__.py").write_text("")
    (tmp_path / "lib").mkdir()
    editor = await _started(start)
    await editor.check("import ssl, pwd\nfrom pwd import getpwnam\n", "main.py")


async def _started(start: Callable[..., Awaitable[Editor]]) -> Editor:
    editor = await start(wait=False)
    probe = await editor.open("import mmap\n", "probe.py")
    await editor.until(probe, bool)
    return editor


async def test_grants_of_the_launch_configurations(start: Callable[[], Awaitable[Editor]], tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    (packages / "pure").mkdir(parents=True)
    (packages / "pure" / "__init__.py").write_text("from .inner import x\n")
    (packages / "fast").mkdir()
    (packages / "fast" / "__init__.py").write_text("")
    (packages / "fast" / "_core.cpython-314-x86_64-linux-gnu.so").write_text("")
    (packages / "single.py").write_text("")
    (tmp_path / ".vscode").mkdir()
    mounts = ["${workspaceFolder}/data:/data", "out:/out:rw"]
    configuration = launch_json({"packages": ["packages"], "mounts": mounts}, {"type": "debugpy", "packages": ["elsewhere"]})
    (tmp_path / ".vscode" / "launch.json").write_text(f"// comment\n{configuration[:-1]},}}")
    editor = await start()
    await editor.check(
        """
        import pure, single, tempfile
        import ⟦compiled-package|fast⟧
        import ⟦missing-package|numpy⟧ as np
        open("/data/in.txt")
        open("/out/result.txt", "w")
        open(⟦read-only-path|"/data/in.txt"⟧, "a")
        open(⟦no-such-path|"/srv/x"⟧)
        open("beside.txt")
        tempfile.mkdtemp()
        """
    )
    await editor.wrote(".vscode/launch.json", launch_json({"packages": ["packages"]}))
    await editor.check(
        """
        import tempfile
        open(⟦no-such-path|"/data/in.txt"⟧)
        open(⟦read-only-path|"made.txt"⟧, "w")
        ⟦read-only-path|tempfile.mkdtemp⟧()
        """
    )


async def test_without_configurations_packages_and_odd_folders_are_unknown(editor: Editor) -> None:
    await editor.check("import numpy\nopen('/data/x')\nopen('out.txt', 'w')\nimport tempfile\ntempfile.mkdtemp()\n")


async def test_callbacks(start: Callable[[], Awaitable[Editor]], tmp_path: Path) -> None:
    (tmp_path / "host.py").write_text(
        "from sandstep.sandbox import callback\n\n"
        "@callback\ndef fetch_user(user_id: int, full: bool = False, tags: list[str] | None = None) -> dict:\n"
        "    '''Looks a user up.'''\n\n"
        "@callback(name='look_up')\nasync def other(key): ...\n"
    )
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode" / "launch.json").write_text(launch_json({"callbacks": "${workspaceFolder}/host.py"}))
    editor = await start()
    await editor.check(
        """
        from sandstep.effects import Invoke, do
        user = await fetch_user(user_id=1)
        user = await fetch_user(1, full=True, tags=None)
        user = await fetch_user(user_id=⟦callback-arguments|"x"⟧)
        user = await ⟦callback-arguments|fetch_user(full=True)⟧
        user = await fetch_user(1, tags=⟦callback-arguments|"a"⟧)
        user = await fetch_user(1, wrong=⟦callback-arguments|2⟧)
        user = await fetch_user(**{"user_id": 1})
        user = await invoke("fetch_user", user_id=1)
        user = await invoke(⟦unknown-callback|"fetch"⟧, user_id=1)
        user = await invoke("look_up", key=[1])

        @do
        def main(name):
            yield Invoke("fetch_user", user_id=2)
            yield Invoke(⟦unknown-callback|"other"⟧, key=1)
            yield ⟦callback-arguments|Invoke("look_up")⟧
            yield Invoke(name)
        """,
    )
    await editor.check("def fetch_user(text): ...\nfetch_user('mine')\n")


async def test_severities_are_settings(start: Callable[..., Awaitable[Editor]]) -> None:
    editor = await start({"severity": {"missing-module": "hint", "no-processes": "off"}, "exclude": ["host/*"]}, wait=False)
    uri = await editor.open("import ssl, os\nos.fork()\n")
    (found,) = await editor.until(uri, lambda found: [each.code for each in found] == ["missing-module"])
    assert found.severity == types.DiagnosticSeverity.Hint
    await editor.check("import ssl\n", "host/main.py")
    settings = {"sandstep": {"severity": {"missing-module": "off"}, "packages": 5}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await editor.until(uri, lambda found: [each.code for each in found] == ["no-processes"])
    assert any("The setting sandstep.packages is left out" in message.message for message in editor.client.log_messages)
