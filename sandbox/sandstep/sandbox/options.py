"""What a user grants a program, as a user says it: turned into a Launch, or refused with the name of the option that is wrong."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .messages import Debug, Launch, Mount, Program

_BINARY = {"": 1, "B": 1, "K": 1 << 10, "KIB": 1 << 10, "M": 1 << 20, "MIB": 1 << 20, "G": 1 << 30, "GIB": 1 << 30}
_UNITS = _BINARY | {"KB": 10**3, "MB": 10**6, "GB": 10**9}
_LARGEST = 4 << 30
_SMALLEST = 64 << 20


class OptionError(ValueError):
    """An option that cannot be taken. `option` is its name without dashes; the message is one sentence with a way out."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class Target(NamedTuple):
    """What is to be run: exactly one of these."""

    file: str | None = None
    module: str | None = None
    code: str | None = None


class Grants(NamedTuple):
    """What the program may use beside its own folder."""

    mounts: Sequence[str] = ()
    packages: Sequence[str] = ()
    env: Mapping[str, str] = {}
    memory: str | int | None = None
    time: float | None = None


def launch(
    target: Target, args: Iterable[str], grants: Grants, *, cwd: str | None = None, debug: Debug | None = None, inherit: bool = False
) -> Launch:
    """The launch of `target`. Raises OptionError."""
    packages = [_folder("packages", package) for package in grants.packages]
    own, program_path = _own_folder(target, cwd)
    mounts = [parse_mount(text) for text in grants.mounts]
    granted = _distinct([*mounts, *(Mount(folder, folder) for folder in [*own, *packages])])
    program = Program(
        kind="file" if target.file is not None else "module" if target.module is not None else "code",
        target=program_path,
        name=target.file or ("-m" if target.module is not None else "-c"),
        args=[*args],
        path=[*(own[:1] if target.file is not None else own[:1] or [""]), *packages],
        cwd=_working_folder(cwd, own, granted),
        env=dict(grants.env),
    )
    return Launch(program, granted, parse_memory(grants.memory), _time(grants.time), debug, inherit)


def _own_folder(target: Target, cwd: str | None) -> tuple[list[str], str]:
    """The folders that come with the program itself, and the program's path, name or text."""
    if [target.file, target.module, target.code].count(None) != 2:
        raise OptionError("program", "Give exactly one of a program, a module and code.")
    if target.code is not None:
        return [], target.code
    if target.module is not None:
        return [os.path.abspath(cwd or os.getcwd())], target.module
    path = os.path.abspath(os.path.join(cwd or "", target.file or ""))
    if os.path.islink(path):
        path = os.path.realpath(path)  # Python, too, takes the folder of what the link points to
    if os.path.isdir(path):
        if not os.path.isfile(os.path.join(path, "__main__.py")):
            raise OptionError("program", f"The folder {path} has no __main__.py: name a Python file.")
        return [path], path
    if not os.path.isfile(path):
        raise OptionError("program", f"There is no file {path}: check the path of the program.")
    return [os.path.dirname(path)], path


def _working_folder(cwd: str | None, own: list[str], granted: list[Mount]) -> str:
    wanted = os.path.abspath(cwd or os.getcwd())
    if any(wanted == mount.guest or wanted.startswith(mount.guest.rstrip("/") + "/") for mount in granted):
        return wanted
    if cwd is not None and not os.path.isdir(cwd):
        raise OptionError("cwd", f"There is no folder {cwd}: check the working directory.")
    if cwd is not None and own:
        raise OptionError("cwd", f"The program cannot see its working directory {wanted}: add it to the mounts.")
    return own[0] if own else granted[0].guest if granted else ""


def _distinct(mounts: list[Mount]) -> list[Mount]:
    """Each guest path once; what the user said comes first and wins."""
    seen: dict[str, Mount] = {}
    for mount in mounts:
        seen.setdefault(mount.guest, mount)
    return [*seen.values()]


def _folder(option: str, path: str) -> str:
    folder = os.path.abspath(os.path.expanduser(path))
    if not os.path.isdir(folder):
        raise OptionError(option, f"There is no folder {folder}: check the path.")
    return folder


def parse_mount(text: str) -> Mount:
    """`DIR[:AS][:rw]`: a folder of the host, the path that the guest sees it under, and whether it may write there."""
    parts = text.split(":")
    writable = len(parts) > 1 and parts[-1] in ("rw", "ro")
    mode = parts.pop() if writable else "ro"
    if len(parts) > 2 or not parts[0]:
        raise OptionError("mount", f"{text!r} is no mount: write DIR, DIR:AS, DIR:rw or DIR:AS:rw.")
    host = _folder("mount", parts[0])
    guest = parts[1] if len(parts) == 2 else host
    if not guest.startswith("/"):
        raise OptionError("mount", f"The guest's path {guest!r} in {text!r} has to be absolute: begin it with /.")
    return Mount(host, os.path.normpath(guest), mode == "rw")


def parse_memory(value: str | int | None) -> int | None:
    """Bytes of `256MiB`, `1G`, `300000000`. Raises OptionError."""
    if value is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", str(value))
    if found is None or found[2].upper() not in _UNITS:
        raise OptionError("memory", f"{value!r} is no amount of memory: write it as 256MiB or 1GiB.")
    size = int(float(found[1]) * _UNITS[found[2].upper()])
    if not _SMALLEST <= size <= _LARGEST:
        raise OptionError("memory", f"The memory has to be between 64MiB, which Python itself needs, and 4GiB, not {value}.")
    return size


def parse_env(pairs: Iterable[str]) -> dict[str, str]:
    """`K=V` each. Raises OptionError."""
    env = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals or "\0" in pair:
            raise OptionError("env", f"{pair!r} is no variable: write NAME=VALUE.")
        env[name] = value
    return env


def _time(seconds: float | None) -> float | None:
    if seconds is not None and not 0 < seconds < 10**9:
        raise OptionError("time", f"The time limit has to be a positive number of seconds, not {seconds:g}.")
    return seconds
