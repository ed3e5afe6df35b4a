"""The lines that end the message of an effect that nobody handled."""

from collections.abc import Callable, Sequence

HintFor = Callable[[object], str | None]
TypedHandler = tuple[str, tuple[type, ...]]
SPELLED_TYPES = 3

_registered: list[HintFor] = []


def register_unhandled_effect_hint(hint_for_effect: HintFor) -> None:
    """Let a package say how to handle the effects that it knows; whoever registered first is asked first."""
    _registered.append(hint_for_effect)


def hint_for(effect: object) -> str:
    """The first hint that somebody has for the effect, or the general one."""
    for ask in _registered:
        hint = ask(effect)
        if hint is not None:
            return hint
    name = type(effect).__name__
    return (
        f"install a handler for {name}: run(fn(prog)), where fn is a def (effect: {name}, k) "
        "marked with @handler that returns (yield Resume(k, value))"
    )


def skipped_by_annotation(effect: object, typed_handlers: Sequence[TypedHandler]) -> str | None:
    """The line that names the handlers whose annotation left the effect out; None if one of them admits it, or there is none."""
    if any(isinstance(effect, admitted) for _, admitted in typed_handlers):
        return None
    entries = [f"{name} (effect: {_spelled(admitted, type(effect))})" for name, admitted in typed_handlers]
    if not entries:
        return None
    return (
        f"skipped by annotation: {', '.join(dict.fromkeys(entries))}"
        " — a handler only sees the effects its effect parameter is annotated with"
    )


def _spelled(admitted: tuple[type, ...], kind: type) -> str:
    namesakes = [each for each in admitted if each.__qualname__ == kind.__qualname__]
    if namesakes:
        names = [f"{each.__module__}.{each.__qualname__}" if each in namesakes else each.__qualname__ for each in admitted]
        return f"{' | '.join(names)}, not the effect's {kind.__module__}.{kind.__qualname__}"
    first = " | ".join(each.__qualname__ for each in admitted[:SPELLED_TYPES])
    return f"{first} | … ({len(admitted)} types)" if len(admitted) > SPELLED_TYPES else first
