"""The attributes of `sandstep` launch configurations: a JSON schema, and completion in a launch.json."""

import re
from typing import Any

import msgspec
from lsprotocol import types
from sandstep.dap.launching import Attributes

from .text import Text, encoded

_DESCRIPTIONS = {
    "program": "The Python file to run, as an absolute path.",
    "module": "The module to run, as `python -m` does.",
    "code": "The text of a program to run.",
    "args": "The program's arguments.",
    "cwd": "The folder that the program runs in.",
    "env": "The program's environment; there is nothing in it but this.",
    "mounts": "Folders that the program may use, as DIR[:AS][:rw].",
    "packages": "Folders of pure-Python packages that the program may import.",
    "callbacks": "A Python file of the host whose functions under @callback the program may call.",
    "memory": "The most memory that the program may use, as 256MiB.",
    "timeLimit": "The longest that the program may run, in seconds.",
    "stopOnEntry": "Whether to stop at the first line.",
    "justMyCode": "Whether to hide code that is not the user's.",
    "console": "Where output goes and input comes from: the Debug Console.",
    "noDebug": "Whether to run without stopping at breakpoints.",
    "token": "What a listening server printed when it started.",
}
_EXAMPLES: dict[str, list[str]] = {
    "type": ['"sandstep"'],
    "request": ['"launch"', '"attach"'],
    "program": ['"${file}"', '"${workspaceFolder}/main.py"'],
    "cwd": ['"${workspaceFolder}"'],
    "memory": ['"256MiB"', '"1GiB"'],
    "console": ['"internalConsole"'],
}
_KEY = re.compile(r'^\s*"?(\w*)"?$')
_VALUE = re.compile(r'"(\w+)"\s*:\s*(\[?\s*)("?[^"]*)$')


def schema() -> dict[str, Any]:
    """What a configuration may say, as a JSON schema: taken from what the debug adapter accepts."""
    whole = msgspec.json.schema(Attributes, ref_template="#/$defs/{name}")
    properties: dict[str, Any] = whole["$defs"]["Attributes"]["properties"]
    for name, one in properties.items():
        if name in _DESCRIPTIONS:
            one["description"] = _DESCRIPTIONS[name]
    fixed = {"type": {"const": "sandstep"}, "request": {"enum": ["launch", "attach"]}, "name": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A launch configuration of Sandstep",
        "type": "object",
        "required": ["type", "request", "name"],
        "properties": fixed | properties,
    }


def items(text: str, line: int, column: int) -> list[types.CompletionItem]:
    """What may be written at a position of a launch.json: attributes that a configuration has not yet, and values of those that it has."""
    content = Text(encoded(text))
    before = content.data[: content.byte(line, column)].decode("utf-8", "replace")
    after = content.data[content.byte(line, column) :].decode("utf-8", "replace")
    start = _opened(before)
    if start is None:
        return []
    body = before[start:] + after[: _closing(after)]
    if '"sandstep"' not in body and '"type"' in body:
        return []
    value = _VALUE.search(before[start:].rpartition("\n")[2] or before[start:])
    if value is not None:
        return _values(value[1], quoted=value[3].startswith('"'))
    last = re.split(r"[{,]", before[start - 1 :])[-1]
    key = _KEY.match(last)
    if key is None:
        return []
    quoted = '"' in last
    return [
        types.CompletionItem(
            name, kind=types.CompletionItemKind.Property, detail=one.get("description", ""), insert_text=name if quoted else f'"{name}": ',
        )
        for name, one in schema()["properties"].items()
        if f'"{name}"' not in body
    ]  # fmt: skip


def _values(name: str, *, quoted: bool) -> list[types.CompletionItem]:
    one = schema()["properties"].get(name, {})
    texts = _EXAMPLES.get(name, []) or (["true", "false"] if one.get("type") == "boolean" else [])
    return [types.CompletionItem(text.strip('"') if quoted else text, kind=types.CompletionItemKind.Value) for text in texts]


def _opened(before: str) -> int | None:
    """Just behind the `{` of the innermost object that is open, if it is in a list of `configurations`."""
    depth, place = 0, len(before)
    in_text = _outside_strings(before)
    while place > 0:
        place -= 1
        if in_text[place]:
            continue
        if before[place] == "}":
            depth += 1
        elif before[place] == "{":
            if depth == 0:
                return place + 1 if '"configurations"' in before[:place] or '"type"' in before[place:] else None
            depth -= 1
    return None


def _closing(after: str) -> int:
    depth = 0
    for place, letter in enumerate(after):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth < 0:
            return place
    return len(after)


def _outside_strings(text: str) -> list[bool]:
    """For each character whether it is in a string."""
    inside, escaped = False, False
    found = []
    for letter in text:
        quote = letter == '"' and not escaped
        found.append(inside or quote)
        inside = inside != quote
        escaped = letter == "\\" and not escaped and inside
    return found
