"""Going on: the requests that end a stop."""

from collections.abc import Callable
from types import FrameType

from . import codes
from .messages import Handler, Json, RequestError, integer
from .own import keep_builtins
from .stack import Stack
from .stepping import InForce, Kind, Stepper
from .targets import call_targets, yields
from .tasks import Tasks

keep_builtins(globals())


class Running:
    """Holds the program at a stop, and knows how it is to go on."""

    def __init__(self, stepper: Stepper, stack: Stack, tasks: Tasks) -> None:
        self._stepper, self._stack, self._tasks = stepper, stack, tasks
        self._resume: Callable[[], None] | None = None
        self._prefers = False
        """Whether the other tasks are held back until the next stop."""
        self.is_held = False
        self.is_clone: Callable[[], bool] = lambda: False
        self.waiting: list[str] = []
        """Requests that came while another one ran."""

    def hold(self, next_request: Callable[[], str], serve: Callable[[str], None]) -> None:
        """Serves requests until one of them lets the program go on."""
        self.is_held = True
        self._resume = None
        if self._prefers:
            self._tasks.prefer(None)
            self._prefers = False
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
            "sandstepBreakOnResume": self._break_on_resume,
        }

    def _check(self) -> None:
        if self.is_clone():
            raise RequestError("This is a copy of the program for looking at it: it cannot go on.")

    def _prefer(self, arguments: Json) -> None:
        """`singleThread`: the other tasks wait until the next stop, where their scheduler can do that."""
        if arguments.get("singleThread"):
            self._tasks.prefer(self._tasks.flow(integer(arguments, "threadId")))
            self._prefers = True

    def _continue(self, arguments: Json) -> Json:
        self._check()
        self._prefer(arguments)
        self._resume = self._continue_step
        return {"allThreadsContinued": not self._prefers}

    def _continue_step(self) -> None:
        self._stepper.has_left = False
        self._stepper.go_on()

    def _step(self, kind: Kind, arguments: Json) -> Json | None:
        self._check()
        flow = self._tasks.flow(integer(arguments, "threadId"))
        if self._stepper.driving.has_ended(flow):
            raise RequestError(f"{flow.name} has ended: there is nothing left to step.")
        place = self._stack.own_place(flow)
        frame = place.frame if place is not None else None
        target, handler = self._target(frame, arguments.get("targetId"))
        self._prefer(arguments)
        if frame is None and flow is self._tasks.current:
            self._resume = self._stepper.go_on
        else:
            self._resume = lambda: self._stepper.begin(kind, frame, flow, target, handler)
        return None

    def _target(self, frame: FrameType | None, number: int | None) -> tuple[int | None, int | None]:
        """The call, by its offset, or the handler that a target's number stands for."""
        if number is None:
            return None, None
        if frame is not None:
            if number in [each.offset for each in call_targets(frame)]:
                return number, None
            for each, handler in self._handlers_of(frame):
                if each == number:
                    return None, handler.serial
        raise RequestError("There is no such call on this line, and no such handler.")

    def _handlers_of(self, frame: FrameType) -> list[tuple[int, InForce]]:
        """The handlers that can be stepped into, each with an odd number: those of calls are even."""
        if not yields(frame):
            return []
        return [(2 * index + 1, each) for index, each in enumerate(self._stepper.driving.handlers(frame))]

    def _step_in_targets(self, arguments: Json) -> Json:
        place = self._stack.place(integer(arguments, "frameId"))
        targets = []
        for each in call_targets(place.frame):
            body: Json = {"id": each.offset, "label": each.label}
            _, _, column, end = codes.position(place.frame.f_code, each.offset)
            if column is not None and end is not None:
                body |= {"line": place.line, "column": column + 1, "endColumn": end + 1}
            targets.append(body)
        targets += [{"id": number, "label": f"handler {each.name}"} for number, each in self._handlers_of(place.frame)]
        return {"targets": targets}

    def _break_on_resume(self, arguments: Json) -> None:
        flow = self._tasks.flow(integer(arguments, "threadId"))
        enabled = bool(arguments.get("enabled"))
        if enabled and self._stepper.driving.has_ended(flow):
            raise RequestError(f"{flow.name} has ended: it does not run again.")
        self._stepper.stop_when_it_runs(flow, enabled)
        if not self.is_held:
            self._stepper.go_on()
