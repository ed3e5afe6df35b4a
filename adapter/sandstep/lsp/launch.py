"""The launch configurations of a workspace, of type `sandstep`: what its programs are granted."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from . import jsonc

_VARIABLE = re.compile(r"\$\{(\w+)(?::([^}]*))?\}")


class Mount(NamedTuple):
    """`guest` is the path that the program sees."""

    host: str
    guest: str
    writable: bool


class Configuration(NamedTuple):
    """One launch configuration; paths are absolute, or "" where a variable is in them that only the editor knows."""

    name: str
    program: str
    packages: tuple[str, ...]
    mounts: tuple[Mount, ...]
    callbacks: str


def read(folder: str) -> tuple[list[Configuration], str]:
    """The configurations of a workspace folder, and a sentence on what is wrong with its launch.json, or ""."""
    file = os.path.join(folder, ".vscode", "launch.json")
    try:
        said = jsonc.loads(Path(file).read_text("utf-8"))
    except FileNotFoundError:
        return [], ""
    except (OSError, ValueError) as error:
        return [], f"{file} cannot be read: {error}."
    entries = said.get("configurations") if isinstance(said, dict) else None
    if not isinstance(entries, list):
        return [], ""
    return [_configuration(entry, folder) for entry in entries if isinstance(entry, dict) and entry.get("type") == "sandstep"], ""


def _configuration(entry: Mapping[str, Any], folder: str) -> Configuration:
    base = _path(entry.get("cwd"), folder, folder) or folder
    mounts = (_mount(text, folder, base) for text in _strings(entry.get("mounts")))
    packages = (_path(text, folder, base) for text in _strings(entry.get("packages")))
    return Configuration(
        str(entry.get("name", "")),
        _path(entry.get("program"), folder, base),
        tuple(each for each in packages if each),
        tuple(each for each in mounts if each is not None),
        _path(entry.get("callbacks"), folder, base),
    )


def _strings(said: Any) -> list[str]:
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def _path(said: Any, folder: str, base: str) -> str:
    """An absolute path; "" if it can't be told."""
    text = expanded(said, folder) if isinstance(said, str) else ""
    return os.path.normpath(os.path.join(base, os.path.expanduser(text))) if text else ""


def _mount(text: str, folder: str, base: str) -> Mount | None:
    """As `sandstep.sandbox.options.parse_mount` reads it, but for folders that need not be there yet."""
    parts = expanded(text, folder).split(":")
    writable = len(parts) > 1 and parts[-1] in ("rw", "ro") and parts.pop() == "rw"
    if not parts[0] or len(parts) > 2:
        return None
    host = os.path.normpath(os.path.join(base, os.path.expanduser(parts[0])))
    return Mount(host, os.path.normpath(parts[1]) if len(parts) == 2 else host, writable)


def expanded(text: str, folder: str) -> str:
    """The text with VS Code's variables replaced; "" if there is one that is known only when the program starts."""
    values = {"workspaceFolder": folder, "workspaceRoot": folder, "workspaceFolderBasename": os.path.basename(folder),
              "userHome": os.path.expanduser("~"), "pathSeparator": os.sep, "/": os.sep}  # fmt: skip

    def value(found: re.Match[str]) -> str:
        if found[1] == "env":
            return os.environ.get(found[2] or "", "")
        return values.get(found[1], found[0])

    text = _VARIABLE.sub(value, text)
    return "" if "${" in text else text
