"""A wheel carries the guest's component, so that only compiling it is left for the user's machine."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleImage(BuildHookInterface):  # type: ignore[type-arg]  # generic in hatchling's own config only
    """Builds the component and adds it to the wheel. An editable install builds its own when it is first used."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "sandbox"))
        from sandstep.sandbox import image

        self._folder = TemporaryDirectory()
        component = Path(self._folder.name) / "guest.wasm"
        image.bundle(component)
        for file in (component, component.with_name("guest.key")):
            build_data["force_include"][str(file)] = f"sandstep/sandbox/{file.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
