"""Going on: the requests that end a stop."""

from collections.abc import Callable

from . import codes
from .messages import Handler, Json, RequestError, integer
from .own import keep_builtins
from .stack import Stack
from .stepping import Kind, Stepper
from .targets import call_targets
from .tasks import Tasks

keep_builtins(globals())


class Running:
    """Holds the program at a stop, and knows how it is to go on."""

    def __init__(self, stepper: Stepper, stack: Stack, tasks: Tasks) -> None:
        self._stepper, self._stack, self._tasks = stepper, stack, tasks
        self._resume: Callable[[], None] | None = None
        self.is_held = False
        self.is_clone: Callable[[], bool] = lambda: False
        self.waiting: list[str] = []
        """Requests that came while another one ran."""

    def hold(self, next_request: Callable[[], str], serve: Callable[[str], None]) -> None:
        """Serves requests until one of them lets the program go on."""
        self.is_held = True
        self._resume = None
        while self._resume is None:
            serve(self.waiting.pop(0) if self.waiting else next_request())
        self.is_held = False

    def go(self) -> None:
        """Does what the last request of the stop asked for."""
        resume, self._resume = self._resume, None  # which may hold a frame
        assert resume is not None
        resume()

    def handlers(self) -> dict[str, Handler]:
        return {
            "continue": self._continue,
            "next": lambda arguments: self._step("next", arguments),
            "stepIn": lambda arguments: self._step("stepIn", arguments),
            "stepOut": lambda arguments: self._step("stepOut", arguments),
            "stepInTargets": self._step_in_targets,
        }

    def _check(self) -> None:
        if self.is_clone():
            raise RequestError("This is a copy of the program for looking at it: it cannot go on.")

    def _continue(self, arguments: Json) -> Json:
        self._check()
        self._resume = self._continue_step
        return {"allThreadsContinued": True}

    def _continue_step(self) -> None:
        self._stepper.has_left = False
        self._stepper.go_on()

    def _step(self, kind: Kind, arguments: Json) -> Json | None:
        self._check()
        flow = self._tasks.flow(integer(arguments, "threadId"))
        places = self._stack.places_of(flow)
        if not places:
            self._resume = self._stepper.go_on
            return None
        frame, target = places[0].frame, arguments.get("targetId")
        if target is not None and target not in [each.offset for each in call_targets(frame)]:
            raise RequestError("There is no such call on this line.")
        self._resume = lambda: self._stepper.begin(kind, frame, flow, target)
        return None

    def _step_in_targets(self, arguments: Json) -> Json:
        place = self._stack.place(integer(arguments, "frameId"))
        targets = []
        for each in call_targets(place.frame):
            body: Json = {"id": each.offset, "label": each.label}
            _, _, column, end = codes.position(place.frame.f_code, each.offset)
            if column is not None and end is not None:
                body |= {"line": place.line, "column": column + 1, "endColumn": end + 1}
            targets.append(body)
        return {"targets": targets}
