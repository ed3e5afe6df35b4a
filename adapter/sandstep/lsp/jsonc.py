"""JSON as VS Code reads its own files: with comments and trailing commas."""

import json
import re
from typing import Any

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'("(?:\\.|[^"\\])*")|,(\s*[}\]])')


def loads(text: str) -> Any:
    """The value. Raises ValueError."""
    plain = _TOKEN.sub(lambda found: found[0] if found[0].startswith('"') else " ", text)
    return json.loads(_TRAILING.sub(lambda found: found[1] or found[2], plain))
