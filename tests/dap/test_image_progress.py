"""Building the image on the first launch: the editor shows how far it is, and can cancel it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Debug


def test_building_can_be_cancelled(debug: Debug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("SANDSTEP_CACHE", str(cache))
    client = debug.session().client
    client.request("initialize", adapterID="sandstep", supportsProgressReporting=True)
    program = debug.write("print('never')\n")
    launch = client.send("launch", program=str(program.path))
    started = client.event("progressStart")
    assert started["cancellable"] is True
    client.request("cancel", progressId=started["progressId"])
    refused = client.response(launch)
    assert refused["success"] is False
    assert refused["message"] == "cancelled"
    client.event("progressEnd")
    client.event("terminated")
    assert not [*cache.glob("*.cwasm")]
