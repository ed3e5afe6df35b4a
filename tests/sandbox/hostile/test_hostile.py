"""Each hostile program ends with a clear result, in time, and the next run of the same sandbox knows nothing of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandstep.sandbox import Limits, Result, Sandbox

from .programs import FORGED, PROGRAMS, Hostile

LIMITS = Limits(memory="128MiB", time=2.0, output=1_000_000, callbacks=50, callback_time=1.0)


def ping() -> str:
    return "pong"


def stuck() -> None:
    threading.Event().wait()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("mount")
    (folder / "file").write_text("of the mount")
    (folder / "inner").mkdir()
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "dots").symlink_to("../../../../../../../etc/passwd")
    with Sandbox(limits=LIMITS, mounts=[f"{folder}:/mnt"], callbacks=[ping, stuck]) as box:
        yield box
    assert sorted(each.name for each in folder.iterdir()) == ["dots", "file", "inner", "link"]
    assert (folder / "file").read_text() == "of the mount"


def said(result: Result) -> str:
    return f"{result.error or ''}\n{result.stdout[:10_000]}"


@pytest.mark.parametrize("hostile", [*PROGRAMS, *FORGED], ids=lambda hostile: hostile.name)
def test_ends_clearly(box: Sandbox, hostile: Hostile) -> None:
    result = box.run(hostile.code)
    assert (result.error.type if result.error is not None else "") in hostile.ends.split("|"), said(result)
    assert hostile.says in said(result)
    assert "root:" not in result.stdout
    after = box.run("import os, builtins; result = [sorted(os.environ), print is builtins.print, await ping()]")
    assert after.check().value == [[], True, "pong"]


def test_there_are_at_least_forty() -> None:
    assert len(PROGRAMS) + len(FORGED) >= 40
    assert len({each.name for each in (*PROGRAMS, *FORGED)}) == len(PROGRAMS) + len(FORGED)


def test_mounted_files_are_there(box: Sandbox) -> None:
    assert box.run("result = open('/mnt/file').read()").value == "of the mount"


def test_the_path_of_a_program_grants_its_folder_only(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret").write_text("secret")
    (inner / "data").write_text("data")
    (inner / "prog.py").write_text("print(open('data').read())\nprint(open('../secret').read())")
    with Sandbox() as box:
        result = box.run(inner / "prog.py")
    assert result.stdout == "data\n"
    assert result.error is not None
    assert result.error.type in ("FileNotFoundError", "PermissionError")
