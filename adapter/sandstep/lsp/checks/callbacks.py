"""Calls of the host's callbacks: names that the host does not offer, and arguments that it would refuse."""

from collections.abc import Iterator

from ..findings import Finding, Related
from ..model import Argument, Call, Parameter, Value
from ..project import Offered
from .context import Context, expected

_ERRORS = ("NameError", "TypeError", "LookupError", "RuntimeError")
_ACCEPTED = {
    "int": {"int"},
    "float": {"int", "float"},
    "str": {"str"},
    "bool": {"bool"},
    "bytes": {"bytes", "str"},
    "list": {"list", "tuple"},
    "dict": {"dict"},
    "tuple": {"list", "tuple"},
    "set": {"set", "list", "tuple"},
    "None": {"none"},
}
"""By the annotation of a parameter the literals that the host takes: what its JSON schema admits."""
_LITERALS = {"int": "`int`", "float": "`float`", "str": "`str`", "bool": "`bool`", "none": "`null`", "list": "`array`", "dict": "`object`",
             "tuple": "`array`"}  # fmt: skip


def check(context: Context) -> Iterator[Finding]:
    """`unknown-callback` and `callback-arguments`."""
    offered = context.project.callbacks()
    if not offered or not context.in_sandbox:
        return
    for part, call in context.view.calls():
        if not call.live or expected(call.guarded, *_ERRORS):
            continue
        name, arguments = _called(context, part, call)
        if name and name not in offered:
            yield _unknown(call, name, offered)
        elif name:
            yield from _arguments(call, arguments, offered[name])
        elif call.callee in offered and context.external(part, call) == call.callee:
            yield from _arguments(call, _by_place(call.arguments, offered[call.callee]), offered[call.callee])


def _called(context: Context, part: int, call: Call) -> tuple[str, list[Argument]]:
    """The callback that `Invoke("name", …)` or `invoke("name", …)` names, and its arguments."""
    is_effect = context.role(part, call.scope, call.callee) == "Invoke"
    if not is_effect and context.external(part, call) not in ("invoke", "invoke.blocking"):
        return "", []
    first = call.arguments[0] if call.arguments else None
    if first is None or first.name not in ("", "name") or first.value.kind != "str":
        return "", []
    return first.value.text, call.arguments[1:]


def _unknown(call: Call, name: str, offered: dict[str, Offered]) -> Finding:
    known = ", ".join(sorted(offered)[:8])
    message = f"The host offers no callback `{name}`; there are: {known}. Offer it with @callback, or correct the name."
    return Finding("unknown-callback", call.arguments[0].value.span, message)


def _by_place(arguments: list[Argument], offer: Offered) -> list[Argument]:
    """With the names of the parameters for arguments that are given by place."""
    names = [parameter.name for parameter in offer.function.parameters]
    return [Argument(names[place], each.value) if not each.name and place < len(names) else each for place, each in enumerate(arguments)]


def _arguments(call: Call, arguments: list[Argument], offer: Offered) -> Iterator[Finding]:
    parameters = {each.name: each for each in offer.function.parameters}
    related = (Related(offer.path, offer.function.name_span, f"`{offer.name}` is offered here"),)
    unpacked = any(each.name in ("*", "**") for each in arguments)
    given = [each for each in arguments if each.name not in ("*", "**")]
    for each in given:
        if each.name not in parameters:
            what = f"no argument `{each.name}`" if each.name else "no more arguments by place"
            message = f"`{offer.name}` takes {what}; it takes: {', '.join(parameters) or 'none'}."
            yield Finding("callback-arguments", each.value.span, message, None, related)
        elif _refused(parameters[each.name], each.value):
            wanted = parameters[each.name].text
            message = f"`{offer.name}` expects {wanted} as `{each.name}`, not {_LITERALS.get(each.value.kind, each.value.kind)}."
            yield Finding("callback-arguments", each.value.span, message, None, related)
    missing = [name for name, each in parameters.items() if not each.default and name not in {one.name for one in given}]
    if missing and not unpacked:
        names = ", ".join(f"`{name}`" for name in missing)
        yield Finding("callback-arguments", call.span, f"`{offer.name}` needs {names}: give it by name.", None, related)


def _refused(parameter: Parameter, value: Value) -> bool:
    """Whether a literal is surely none that the annotation admits."""
    if value.kind not in _LITERALS or not parameter.annotation:
        return False
    plain = parameter.text.replace(" ", "")
    members = plain.removeprefix("Optional[").removesuffix("]").split("|") if plain.startswith("Optional[") else plain.split("|")
    heads = [member.partition("[")[0] for member in members] + (["None"] if plain.startswith("Optional[") else [])
    if not all(head in _ACCEPTED for head in heads):
        return False
    return not any(value.kind in _ACCEPTED[head] for head in heads)
