"""Files that the program may not see, where their path is a literal."""

import os
from collections.abc import Iterator

from ..findings import Finding
from ..model import Call
from .context import Context, expected

_OPENING = {"open", "io.open", "codecs.open", "gzip.open", "zipfile.ZipFile", "tarfile.open"}
_READING = {
    "os.listdir", "os.scandir", "os.stat", "os.chdir", "os.walk", "os.readlink", "shutil.copy", "shutil.copyfile", "shutil.copytree",
    "zipfile.ZipFile", "runpy.run_path",
}  # fmt: skip
_WRITING = {
    "os.mkdir", "os.makedirs", "os.remove", "os.unlink", "os.rmdir", "os.truncate", "os.mkfifo", "shutil.rmtree", "sqlite3.connect",
}  # fmt: skip
_QUIET = {"os.walk"}
"""What goes on without a word where a folder is missing."""
_TEMPORARY = {f"tempfile.{name}" for name in ("TemporaryFile", "NamedTemporaryFile", "TemporaryDirectory", "mkdtemp", "mkstemp",
                                              "gettempdir")}  # fmt: skip

_SYSTEM = ("/etc/", "/usr/", "/proc/", "/sys/", "/dev/", "/bin/", "/sbin/", "/boot/", "/lib/", "/root/", "/var/run/", "/run/", "/tmp/")
"""Folders that nobody grants by chance: paths in them are told even where the grants are not known."""
_ERRORS = ("OSError", "FileNotFoundError", "PermissionError", "IOError", "EnvironmentError")


def check(context: Context) -> Iterator[Finding]:
    """`no-such-path` and `read-only-path`."""
    if not context.in_sandbox:
        return
    for _, call, name in context.outside:
        if expected(call.guarded, *_ERRORS):
            continue
        if name in _TEMPORARY:
            yield from _temporary(context, call)
        elif name in _OPENING | _READING | _WRITING and name not in _QUIET:
            yield from _path(context, call, _writes(call, name))


def _path(context: Context, call: Call, writes: bool) -> Iterator[Finding]:
    value = call.arguments[0].value if call.arguments and call.arguments[0].name in ("", "file", "path", "name") else None
    if value is None or value.kind != "str" or not value.text or value.text.startswith((":memory:", "file:")):
        return
    path, mounts = os.path.normpath(value.text), context.project.mounts()
    if os.path.isabs(path):
        if not _visible(context, path):
            way_out = f'add "{os.path.dirname(path)}" to `mounts` of the launch configuration, or pass its content in'
            yield Finding("no-such-path", value.span, f"The program cannot see `{path}`, which nothing grants: {way_out}.")
            return
    elif ".." in path.split(os.sep) or not context.project.grants_are_known:
        return
    if writes and context.project.grants_are_known and not _writable(context, path):
        where = os.path.dirname(path) or "."
        message = f"`{path}` is in a folder that the program may only read: add `{where}:rw` to `mounts` of the launch configuration."
        if not mounts or os.path.isabs(path) or not any(mount.writable for mount in mounts):
            yield Finding("read-only-path", value.span, message)


def _visible(context: Context, path: str) -> bool:
    roots = [*context.index.folders, *context.index.packages, os.path.dirname(context.view.path)]
    if any(_under(path, root) for root in roots) or any(_under(path, mount.guest) for mount in context.project.mounts()):
        return True
    return not (context.project.grants_are_known or path.startswith(_SYSTEM))


def _writable(context: Context, path: str) -> bool:
    whole = path if os.path.isabs(path) else os.path.join(os.path.dirname(context.view.path), path)
    return any(mount.writable and _under(whole, mount.guest) for mount in context.project.mounts())


def _under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _writes(call: Call, name: str) -> bool:
    if name in _WRITING:
        return True
    given = [each.value for each in call.arguments if each.name == "mode"] or [each.value for each in call.arguments[1:2] if not each.name]
    return name in _OPENING and any(value.kind == "str" and set(value.text) & set("wax+") for value in given)


def _temporary(context: Context, call: Call) -> Iterator[Finding]:
    if not context.project.grants_are_known or any(mount.writable for mount in context.project.mounts()):
        return
    if any(each.name == "dir" for each in call.arguments):
        return
    way_out = 'add "DIR:/tmp:rw" to `mounts` of the launch configuration, or use io.BytesIO'
    yield Finding("read-only-path", call.callee_span, f"`{call.callee}` finds no folder that it may write to: {way_out}.")
