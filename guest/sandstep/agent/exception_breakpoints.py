"""Serves `setExceptionBreakpoints`: filters on exceptions, and on what else can happen in a program."""

from .conditions import BadExpression
from .exceptions import FILTERS as EXCEPTIONS
from .exceptions import Exceptions
from .filters import ExceptionFilter, Filter
from .happenings import FILTERS as HAPPENINGS
from .happenings import Happenings, Kind
from .messages import Handler, Json
from .own import keep_builtins

keep_builtins(globals())


class ExceptionBreakpoints:
    """Hands each filter to who watches for it."""

    def __init__(self, exceptions: Exceptions, happenings: Happenings) -> None:
        self._exceptions, self._happenings = exceptions, happenings

    def handlers(self) -> dict[str, Handler]:
        return {"setExceptionBreakpoints": self._set}

    def _set(self, arguments: Json) -> Json:
        wanted = [{"filterId": name} for name in arguments.get("filters") or ()] + list(arguments.get("filterOptions") or ())
        exceptions: dict[str, ExceptionFilter] = {}
        happenings: dict[Kind, Filter] = {}
        answers: list[Json] = []
        for each in wanted:
            name = each.get("filterId")
            try:
                if name in EXCEPTIONS:
                    exceptions[name] = ExceptionFilter(each.get("condition"))
                elif name in HAPPENINGS:
                    happenings[name] = HAPPENINGS[name](each.get("condition"))
                else:
                    raise BadExpression(f"There is no exception filter {name!r}.")
            except BadExpression as error:
                answers.append({"verified": False, "message": str(error)})
            else:
                answers.append({"verified": True})
        self._exceptions.watch(exceptions)
        self._happenings.watch(happenings)
        return {"breakpoints": answers}
