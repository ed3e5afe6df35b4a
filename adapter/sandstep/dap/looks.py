"""Looking at a stopped program within time limits: the user's code runs in a clone, which can be ended."""

import asyncio
from typing import Literal

import msgspec

from .clones import Clone, Lost
from .debuggee import Debuggee
from .errors import RequestError
from .protocol import EvaluateArguments, EvaluateResponseBody, VariablesArguments, VariablesResponseBody

LOOKS = frozenset({"watch", "hover", "clipboard", "variables"})
"""Contexts of `evaluate` that ask what something is; the others act on the program itself."""
LIMIT = 5.0
"""Seconds for one look."""
LIMIT_OF_A_VALUE = 1.0
"""Seconds for one value of a page, once its own code runs."""
_MOST_SKIPPED = 3
_SHOWN = 60


class Page(VariablesArguments, frozen=True, kw_only=True):
    """The arguments of `variables` as an agent gets them: with the values whose own code is not to be run again."""

    skip: list[int] | Literal["all"] | None = None


async def evaluate(debuggee: Debuggee, arguments: EvaluateArguments) -> EvaluateResponseBody:
    """Answers what an expression is worth, or that it takes too long to say."""
    asked = debuggee.ask("evaluate", arguments)
    try:
        async with asyncio.timeout(LIMIT):
            return await debuggee.answer(asked, EvaluateResponseBody)
    except TimeoutError:
        what = f"did not finish within {LIMIT:g} s"
    except Lost:
        what = "ended the process that evaluated it"
    expression = " ".join(arguments.expression.split())
    shown = expression if len(expression) <= _SHOWN else expression[: _SHOWN - 1] + "…"
    where = "it was interrupted" if asked.clone is None else "it ran in a copy, so the program is untouched"
    raise RequestError(f"`{shown}` {what}; {where}", show=False)


async def variables(debuggee: Debuggee, arguments: VariablesArguments) -> VariablesResponseBody:
    """A page of values. Those whose own code doesn't come to an end are asked for again, without running it."""
    owner, reference = debuggee.clones.owner(arguments.variables_reference)
    page = Page(**(msgspec.structs.asdict(arguments) | {"variables_reference": reference}))
    skip: list[int] = []
    while True:
        attempt = _Attempt(debuggee, owner)
        try:
            return await attempt.run(page)
        except (TimeoutError, Lost):
            if not attempt.repeatable or page.skip == "all":
                text = f"the values did not come within {LIMIT:g} s; evaluate their expression again, or a part of it"
                raise RequestError(text, show=False) from None
        skip += attempt.stuck_at()
        page = msgspec.structs.replace(page, skip=[*skip] if attempt.stuck_at() and len(skip) <= _MOST_SKIPPED else "all")


class _Attempt:
    """One request for a page: it has so long for a value, and so long in all."""

    def __init__(self, debuggee: Debuggee, owner: Clone | None) -> None:
        self.repeatable = False
        self._debuggee = debuggee
        self._owner = owner
        self._end = asyncio.get_running_loop().time() + LIMIT
        self._timeout = asyncio.timeout_at(self._end)
        self._index: int | None = None

    async def run(self, page: Page) -> VariablesResponseBody:
        """Raises TimeoutError, or Lost if a clone ended by itself; `repeatable` if it was made for this page alone."""
        asked = self._debuggee.ask("variables", page, self._owner)
        asked.on_looking = self._look
        try:
            async with self._timeout:
                return await self._debuggee.answer(asked, VariablesResponseBody)
        finally:
            self.repeatable = self._owner is None and asked.clone is not None

    def stuck_at(self) -> list[int]:
        """The value that took too long; none if it was the page as a whole."""
        all_over = asyncio.get_running_loop().time() >= self._end
        return [] if self._index is None or all_over else [self._index]

    def _look(self, index: int) -> None:
        self._index = index
        self._timeout.reschedule(min(self._end, asyncio.get_running_loop().time() + LIMIT_OF_A_VALUE))
