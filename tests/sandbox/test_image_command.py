"""`sandstep image build --json`, by which an editor shows how far the image is, and cancels it."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sandstep.sandbox import cache, image

from .command import command, environment, sandstep

BUILD = ("image", "build", "--json")


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache that has the component, and not what is compiled of it for this machine."""
    component = cache.cache_folder() / f"component-{cache.component_key()}.wasm"
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    if component.exists():
        (folder / component.name).write_bytes(component.read_bytes())
        (folder / component.name).chmod(0o600)
    return folder


def test_an_image_that_is_there_is_only_named() -> None:
    ended = sandstep(*BUILD)
    assert (ended.status, ended.err) == (0, "")
    assert lines(ended.out) == [{"image": image.ensure(lambda title, fraction: None).file}]


def test_each_step_is_told_and_the_image_at_last(folder: Path) -> None:
    done = subprocess.run(
        command(*BUILD), env=environment() | {"SANDSTEP_CACHE": str(folder)}, capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    *steps, last = lines(done.stdout)
    assert {step["title"] for step in steps} <= {image.BUILD.title, image.COMPILE.title}
    fractions = [step["fraction"] for step in steps]
    assert len(fractions) > 2
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] <= 1
    (made,) = folder.glob("image-*.cwasm")
    assert last == {"image": str(made)}


def test_an_interrupt_ends_it_and_leaves_no_image(folder: Path) -> None:
    building = subprocess.Popen(
        command(*BUILD), env=environment() | {"SANDSTEP_CACHE": str(folder)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert building.stdout is not None
    assert json.loads(building.stdout.readline())["fraction"] < 1
    building.send_signal(signal.SIGINT)
    _, err = building.communicate(timeout=60)
    assert (building.returncode, err.strip()) == (130, "")
    assert not [*folder.glob("image-*")]
