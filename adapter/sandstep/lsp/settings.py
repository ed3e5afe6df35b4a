"""The editor's settings of section `sandstep`, as far as the language server reads them."""

from typing import Any, Literal, TypeAlias

import msgspec

Severity: TypeAlias = Literal["error", "warning", "information", "hint", "off"]


class Settings(msgspec.Struct, rename="camel", frozen=True):
    """`severity` by the code of a diagnostic; `packages` beside those of the launch configurations; `exclude` are patterns of files, as
    `host/**`, that never run in the sandbox."""

    severity: dict[str, Severity] = {}
    packages: list[str] = []
    exclude: list[str] = []


def read_settings(said: Any) -> tuple[Settings, str]:
    """The settings, and a sentence on what is wrong with them, or "". What is wrong is left out, and the rest taken."""
    if not isinstance(said, dict):
        return Settings(), ""
    taken: dict[str, Any] = {}
    wrong = ""
    for name in (field.encode_name for field in msgspec.structs.fields(Settings)):
        if said.get(name) is None:
            continue
        try:
            msgspec.convert({name: said[name]}, Settings)
        except msgspec.ValidationError as error:
            wrong = f"The setting sandstep.{name} is left out: {error}."
        else:
            taken[name] = said[name]
    return msgspec.convert(taken, Settings), wrong
