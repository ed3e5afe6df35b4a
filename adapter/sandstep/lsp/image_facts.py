"""What the installed image has: its modules, and the names in those that differ from platform to platform.

A program of ours asks it once, in the sandbox; the answer is kept beside the image. Nothing of the user's runs.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

_TIME = 60.0
_ASKED = """
import importlib, io, json, sys, warnings
warnings.simplefilter("ignore")
out, sys.stdout, sys.stderr = sys.stdout, io.StringIO(), io.StringIO()
skipped = ("antigravity", "this", "idlelib", "test", "lib2to3", "turtledemo")
captured = [n for f in sys.meta_path for n in getattr(f, "_modules", ())]
names = set(sys.stdlib_module_names) | {n for n in captured if n.partition(".")[0] in sys.stdlib_module_names}
modules, absent, attributes = [], {}, {}
for name in sorted(names):
    if name.partition(".")[0] in skipped or name.endswith(".__main__") or ".test" in name:
        continue
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        absent[name] = error.name or ""
    except BaseException:
        absent[name] = ""
    else:
        modules.append(name)
        if name in ("os", "signal", "time", "socket", "select", "http.client", "asyncio", "posix", "shutil", "errno", "locale"):
            attributes[name] = sorted(dir(module))
out.write(json.dumps({"modules": modules, "absent": absent, "attributes": attributes}))
"""
REMOVED = frozenset({
    "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp", "lib2to3", "mailcap",
    "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib",
})  # fmt: skip
"""Modules that CPython 3.12 and 3.13 have done away with (PEP 594, PEP 632)."""


class ImageFacts(msgspec.Struct, frozen=True):
    """`absent` maps a standard module that cannot be imported to the one that is missing; `attributes` a module to the names in it."""

    modules: frozenset[str]
    absent: Mapping[str, str]
    attributes: Mapping[str, frozenset[str]]


class NoImage(Exception):
    """There are no facts; the message is one sentence that says why and what to do."""


async def facts() -> ImageFacts:
    """The facts of the installed image. Raises NoImage."""
    note, known = await asyncio.to_thread(_known)
    if known is not None:
        return known
    said = await _ask()
    part = note.with_suffix(f".{os.getpid()}")
    part.write_bytes(said)
    part.chmod(0o600)
    part.replace(note)
    return _decode(said)


def _known() -> tuple[Path, ImageFacts | None]:
    """Where the facts of the image are kept, and what is kept there. Raises NoImage."""
    from sandstep.sandbox import cache  # loads wasmtime: the editor shall not wait for that

    try:
        if cache.compiled() is None:
            raise NoImage("The sandbox's image is not built yet, so imports are not checked: run `sandstep image build`.")
        note = cache.cache_folder() / f"facts-{cache.component_key()}.json"
    except cache.ImageError as error:
        raise NoImage(str(error)) from None
    try:
        return note, _decode(note.read_bytes()) if cache.own(note) else None
    except (OSError, NoImage):
        return note, None


def _decode(said: bytes) -> ImageFacts:
    try:
        return msgspec.json.decode(said, type=ImageFacts)
    except msgspec.MsgspecError:
        raise NoImage("The sandbox did not say which modules it has: run `sandstep image build --force`.") from None


async def _ask() -> bytes:
    command = (sys.executable, "-P", "-m", "sandstep.cli", "run", "--time", f"{_TIME:g}", "-c", _ASKED)
    options: dict[str, Any] = {"stdin": asyncio.subprocess.DEVNULL, "stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.DEVNULL}
    process = await asyncio.create_subprocess_exec(*command, **options)
    try:
        said, _ = await process.communicate()
    except BaseException:
        process.kill()
        raise
    return said
