"""What can go wrong in a program of effects, apart from its own exceptions."""

from __future__ import annotations

from sandstep.effects.shown import shown


class EffectError(RuntimeError):
    """The base of the errors that the runtime itself raises."""


class UnhandledEffectError(EffectError):
    """No handler took an effect. `handlers` are the names of those in force, innermost first."""

    def __init__(self, effect: object, handlers: tuple[str, ...]) -> None:
        self.effect = effect
        self.handlers = handlers
        asked = " → ".join(handlers) if handlers else "none"
        super().__init__(f"no handler took {shown(effect)}; handlers in force, innermost first: {asked}")


class ContinuationUsedError(EffectError):
    """A continuation was used a second time. It ends the run: the program cannot catch it."""


class MissingKeyError(KeyError):
    """`Ask` for a key that no environment holds."""

    def __init__(self, key: object) -> None:
        super().__init__(key)
        self.key = key
        self.__doeff_hint__ = f"provide it with run(..., env={{{key!r}: value}}), or around a part: Local({{{key!r}: value}}, program)"

    def __str__(self) -> str:
        return f"no environment holds the key {self.key!r}"


class DeadlockError(EffectError):
    """Every task waits, and nothing outside can wake one. The message says who waits for whom."""


class TaskCancelledError(EffectError):
    """The task that was waited for has been cancelled; raised inside a task where its cancellation arrives."""
