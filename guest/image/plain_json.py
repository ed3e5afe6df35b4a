"""JSON by the interpreter's own C functions: what a program does to the module `json` does not touch it."""

from _json import encode_basestring, make_encoder, make_scanner, scanstring
from collections.abc import Callable
from json.decoder import JSONDecoder
from types import SimpleNamespace
from typing import Any


def _refuse(value: object) -> object:
    raise TypeError(f"{type(value).__name__} is no JSON value")


_encoder: Callable[[object, int], tuple[str, ...]] = make_encoder(None, _refuse, encode_basestring, None, ":", ",", False, False, False)
_context = SimpleNamespace(
    strict=True,
    object_hook=None,
    object_pairs_hook=None,
    parse_float=float,
    parse_int=int,
    parse_constant=JSONDecoder().parse_constant,
    parse_string=scanstring,
    memo={},
)
_scanner: Callable[[str, int], tuple[Any, int]] = make_scanner(_context)  # type: ignore[arg-type]  # any object with these attributes does


def encode(value: object) -> str:
    """The JSON of a value. Raises TypeError, ValueError or RecursionError for what is none; a lone surrogate is no character."""
    text = "".join(_encoder(value, 0))
    if not text.isascii():
        text.encode()
    return text


def decode(text: str) -> Any:
    """The value of a JSON text that the host wrote."""
    return _scanner(text, 0)[0]
