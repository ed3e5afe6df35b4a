"""The effect traceback of each example, as people see it."""

from __future__ import annotations

import io
import runpy
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from sandstep.effects import DoeffTraceback

from tests.effects import golden


@pytest.mark.parametrize("program", golden.PROGRAMS, ids=lambda path: path.stem)
def test_what_a_dying_program_prints(program: Path) -> None:
    golden.check(program.stem, golden.run_on_host(program))


@pytest.mark.parametrize("style", ["chained", "sectioned", "short"])
@pytest.mark.parametrize("program", golden.PROGRAMS, ids=lambda path: path.stem)
def test_the_other_renderings(program: Path, style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(program.parent)
    with redirect_stderr(io.StringIO()), pytest.raises(Exception) as caught:  # noqa: PT011 - any program, any exception
        runpy.run_path(str(program), run_name="__main__")
    trace = DoeffTraceback.of(caught.value)
    assert trace is not None
    golden.check(f"{program.stem}.{style}", golden.stable(getattr(trace, f"format_{style}")()))
