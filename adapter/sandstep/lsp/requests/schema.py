"""The JSON schema of launch configurations, for editors that have no extension of ours."""

from typing import TYPE_CHECKING, Any

from .. import launch_completion
from ..registry import request

if TYPE_CHECKING:
    from ..server import Server


@request("sandstep/launchSchema")
def launch_schema(server: "Server", params: object) -> dict[str, Any]:
    return launch_completion.schema()
