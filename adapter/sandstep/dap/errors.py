"""What a request is refused with: one sentence that says why, and the way out."""

import re

import msgspec

CANCELLED = "cancelled"
NOT_STOPPED = "notStopped"


class RequestError(Exception):
    """A request that cannot be done. `short` is what a client may interpret; `show` asks it to put the text before the user."""

    def __init__(self, text: str, *, short: str | None = None, show: bool = True) -> None:
        super().__init__(text)
        self.text = text
        self.short = short or text
        self.show = show


class Busy(RequestError):
    """The program runs, and doesn't look at what it is asked."""

    def __init__(self, command: str) -> None:
        super().__init__(f"{command}: the program is inside of a call that can't be interrupted; ask again later", show=False)


_PATH = re.compile(r"(.*?)(?: - at `(?:key in )?\$\.?(.*)`)?", re.DOTALL)
_WORDS = {"array": "a list", "object": "an object", "str": "a string", "int": "an integer", "bool": "true or false", "float": "a number"}


def explain(error: msgspec.ValidationError, *, whole: str, part: str) -> str:
    """msgspec's error as a sentence that names the argument: `part` is what an argument is called, `whole` all of them together."""
    match = _PATH.fullmatch(str(error))
    assert match is not None
    reason, path = match[1], match[2]
    reason = re.sub(r"`(\w+)`", lambda word: _WORDS.get(word[1], f"`{word[1]}`"), reason)
    reason = re.sub(r"`([\w]+) \| null`", lambda word: _WORDS.get(word[1], word[1]), reason)
    missing = re.fullmatch(r"Object missing required field `?(\w+)`?", str(error).partition(" - at ")[0])
    if missing:
        place = f"{path}.{missing[1]}" if path else missing[1]
        return f"{part} `{place}` is missing"
    return f"{part} `{path}`: {reason[0].lower()}{reason[1:]}" if path else f"{whole}: {reason[0].lower()}{reason[1:]}"
