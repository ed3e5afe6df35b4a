"""The agent: wires its parts, serves requests, and holds the program at a stop."""

import sys
from types import CodeType, FrameType, ModuleType

from . import codes, conditions, objects
from .breakpoint import Breakpoint, Hit
from .breakpoints import Breakpoints
from .console import Console
from .deaths import Deaths
from .effect_view import EffectView
from .entries import places_of_traceback
from .exception_breakpoints import ExceptionBreakpoints
from .exception_text import message_of
from .exceptions import Exceptions, Mode
from .functions import Functions
from .handles import Handles
from .happenings import Callbacks, Happening, Happenings
from .messages import Channel, Handler, Json, NotNow, Options, RequestError, StopReason, TakenByClone, decode, encode
from .monitor import DISABLE, EVENTS, Monitor
from .output import Output
from .own import keep_builtins
from .pause import Pause
from .running import Running
from .sources import Sources
from .stack import Stack
from .stepping import Stepper
from .tasks import Tasks
from .tasks.tree import Tree
from .variables import Variables

keep_builtins(globals())

_getframe = sys._getframe
_EVERY_JUMPS = 2000
_ROOM = 300
"""Calls that the agent needs where the program has used up its own."""


class Agent:
    """The guest's part of the debugger. The runtime tells it of the program's output and of its end; everything else it sees for itself.

    `effects` is `sandstep.effects.inspect`, whether or not the program imports it; `callbacks` tells calls of the host.
    """

    def __init__(self, channel: Channel, options: Options, effects: ModuleType, callbacks: Callbacks) -> None:
        self._channel, self._options = channel, options
        self._monitor = Monitor()
        self._sources = Sources(options.get("justMyCode", True))
        self._sources.add_packages(options.get("packages", []))
        self._tasks = Tasks(self._monitor, self._sources, effects, callbacks.pending)
        self._stack = Stack(self._sources, self._tasks)
        self._handles = Handles()
        self._output = Output(self._event, self._sources, pokes=options.get("pokes", True))
        self._functions = Functions(self._monitor, self._sources)
        self._breakpoints = Breakpoints(self._monitor, self._sources, self._functions)
        self._stepper = Stepper(self._monitor, self._sources, self._breakpoints, self._tasks)
        self._deaths = Deaths(self._tasks, self._sources)
        self._exceptions = Exceptions(self._monitor, self._sources, self._deaths)
        self._happenings = Happenings(self._monitor, self._sources, self._tasks, self._functions, callbacks)
        self._filters = ExceptionBreakpoints(self._exceptions, self._happenings)
        self._running = Running(self._stepper, self._stack, self._tasks)
        self._console = Console(channel, self._monitor, self._stack, self._handles)
        self._variables = Variables(self._handles, self._stack, self._tasks, self._console.looks)
        self._pause = Pause(self._monitor, self._sources)
        self._seq = 0
        self._jumps = 0
        self._serving = False
        self._rang = False
        self._configured = False
        self._handlers = self._all_handlers()
        self._wire()

    def _all_handlers(self) -> dict[str, Handler]:
        handlers: dict[str, Handler] = {"configurationDone": self._configuration_done, "cancel": lambda arguments: None}
        parts = (
            self._breakpoints,
            self._filters,
            self._exceptions,
            self._stack,
            EffectView(self._stack, self._tasks, self._sources),
            Tree(self._tasks, self._sources),
            self._tasks,
            self._variables,
            self._sources,
            self._running,
            self._console,
            self._pause,
        )
        for part in parts:
            handlers |= part.handlers()
        return handlers

    def _wire(self) -> None:
        self._breakpoints.stop = self._stop_at_breakpoint
        self._breakpoints.log = self._output.log
        self._breakpoints.changed = self._functions.changed = self._breakpoint_changed
        self._breakpoints.refreshed = self._happenings.refresh
        self._happenings.stop = self._stop_at_happening
        self._happenings.log = self._output.log
        self._breakpoints.loaded = self._loaded
        self._breakpoints.frames = _frames
        self._stepper.stop = lambda frame, reason: self._stop(frame, "entry" if reason == "entry" else "step")
        self._exceptions.stop = self._stop_at_exception
        self._exceptions.may_run_code = self._console.looks.enter
        self._running.is_clone = lambda: self._console.looks.is_clone
        self._exceptions.run = self._console.look
        self._variables.evaluate = self._console.value_of
        self._tasks.event = self._event
        self._console.wire(self._variables, self._output, self._event)

    def start(self) -> None:
        """Serves requests until the editor has configured the session, then watches."""
        self._sources.hide_callers(_getframe(1))
        self._sources.hide_functions(self._channel.next_request, self._channel.poll_request)
        self._monitor.claim()
        call = self._monitor.call
        call(EVENTS.PY_START, self._on_start)
        call(EVENTS.PY_RESUME, self._on_resume)
        call(EVENTS.PY_THROW, self._on_throw)
        call(EVENTS.PY_UNWIND, self._on_unwind)
        call(EVENTS.EXCEPTION_HANDLED, self._on_handled)
        call(EVENTS.RAISE, self._exceptions.on_raise)
        call(EVENTS.INSTRUCTION, self._on_instruction)
        call(EVENTS.JUMP, self._on_jump)
        self._stepper.watch()
        call(EVENTS.PY_RETURN, self._on_return)
        self._tasks.watch()
        sys.breakpointhook = self._breakpoint_hook
        while not self._configured:
            self._serve(self._channel.next_request())
        self._monitor.everywhere("look", EVENTS.PY_START | EVENTS.PY_RESUME)
        if not self._options.get("pokes", True):
            self._monitor.everywhere("count", EVENTS.JUMP)
        if self._options.get("stopOnEntry"):
            self._stepper.begin("entry", None, self._tasks.current)

    def finish(self) -> None:
        """The program has ended: nothing is watched any longer."""
        self._stepper.drop()
        self._monitor.release()
        self._output.flush()
        self._breakpoints.finish()

    def output(self, stream: int, data: bytes) -> None:
        """The program wrote to its stdout (1) or stderr (2)."""
        self._output.write(stream, data)

    def flush(self) -> None:
        """Everything that was written is on its way when this returns."""
        self._output.flush()

    def serve_pending(self) -> None:
        """The host has poked: serves what waits. Called where the interpreter looks for collections, or where the program waits."""
        if self._console.is_evaluating:
            self._attend()
        elif self._serving:
            self._rang = True
        else:
            self._output.flush()
            self._serve_waiting(_getframe(1))

    def _serve_waiting(self, frame: FrameType | None) -> None:
        """Serves requests while the program runs; a pause among them stops it in this frame."""
        self._rang = False
        waiting = self._running.waiting
        while (request := waiting.pop(0) if waiting else self._channel.poll_request()) is not None:
            self._serving = True
            self._tasks.interrupted = frame
            try:
                self._serve(request)
            except NotNow:
                waiting.insert(0, request)
                break
            finally:
                self._serving, self._tasks.interrupted = False, None
        if self._pause.asked:
            self._pause_at(frame)

    def _attend(self) -> None:
        """While a request runs the program's code: only `cancel` is looked at, the rest waits its turn."""
        while (request := self._channel.poll_request()) is not None:
            message = decode(request)
            if message.get("command") == "cancel":
                self._console.cancel((message.get("arguments") or {}).get("requestId"))
                self._respond(message, None)
            else:
                self._running.waiting.append(request)

    def _pause_at(self, frame: FrameType | None) -> None:
        """Stops here if the program waits, else where the interpreter goes on."""
        self._stepper.drop()
        if self._pause.is_waiting(frame):
            self._pause.done()
            self._stop(frame, "pause")
        else:
            self._pause.arm(frame)

    def _breakpoint_hook(self, *_: object, **__: object) -> None:
        """The program called `breakpoint()`."""
        frame: FrameType | None = _getframe(1)
        if frame is not None and not self._serving:
            self._stepper.drop()
            self._stop(frame, "breakpoint")

    def uncaught(self, error: BaseException) -> None:
        """An exception has left the program: stops once more, if the filters say so."""
        self._stepper.drop()
        traceback = error.__traceback__
        if traceback is None:
            return
        last = traceback
        while last.tb_next is not None:
            last = last.tb_next
        takes, why = self._exceptions.takes_uncaught(error, last.tb_frame)
        if takes:
            self._exceptions.current = error, "unhandled"
            self._stack.stand_at_end(self._deaths.stack(error))
            self._hold(self._stopped("exception", f"{objects.qualname(type(error))} (uncaught)", why or message_of(error)), None)

    def _stop_at_breakpoint(self, frame: FrameType, hit: Hit) -> None:
        if hit.text:
            self._output.log(frame, hit.text)  # editors cut the text of a stop short
        self._stop(frame, hit.reason, hit.breakpoints, hit.text)

    def _elsewhere(self) -> str | None:
        """What to say of a stop in another task than the one that is stepped."""
        step = self._stepper.step
        here = self._tasks.current
        if step is None or step.flow is here:
            return None
        return f"In {here.name}, not in {step.flow.name}, which is being stepped."

    def _stop_at_exception(self, frame: FrameType, error: BaseException, mode: Mode, why: str | None) -> None:
        self._stepper.suspend()
        self._stepper.has_left = mode == "userUnhandled"
        self._exceptions.current = error, mode
        self._stack.stand(frame, here=True)
        words = "" if mode == "always" else " (left your code)"
        self._hold(self._stopped("exception", objects.qualname(type(error)) + words, why or message_of(error)), frame)

    def _stop_at_happening(self, one: Happening) -> None:
        self._stepper.suspend()
        self._stepper.has_left = one.mode == "userUnhandled"
        self._exceptions.current = (one.error, one.mode) if one.error is not None and one.mode is not None else None
        self._stack.stand(one.frame, here=False)
        if one.error is not None and one.mode != "always":
            self._tasks.stacks.left(places_of_traceback(objects.traceback_of(one.error)))
        reason: StopReason = "function breakpoint" if one.mode is None else "exception"
        self._hold(self._stopped(reason, one.text, one.why or self._elsewhere() or one.text, list(one.breakpoints)), one.frame)

    def _stop(self, frame: FrameType | None, reason: StopReason, hits: list[int] | None = None, text: str | None = None) -> None:
        self._exceptions.current = None
        self._stack.stand(frame, here=reason != "pause")
        text = text or (self._elsewhere() if reason == "breakpoint" else None)
        self._hold(self._stopped(reason, text, text, hits), frame)

    def _stopped(self, reason: StopReason, description: str | None = None, text: str | None = None, hits: list[int] | None = None) -> Json:
        thread = self._tasks.current.number
        asked = self._tasks.flows.get(self._pause.thread)
        if reason == "pause" and self._tasks.current.owner == "main" and asked is not None and self._tasks.is_living(asked):
            thread = asked.number  # no task runs: the one that the user looks at waits
        body: Json = {"reason": reason, "threadId": thread, "allThreadsStopped": True}
        if description:
            body["description"] = description
        if text:
            body["text"] = text
        if hits:
            body["hitBreakpointIds"] = hits
        return body

    def _hold(self, stopped: Json, frame: FrameType | None) -> None:
        """The program stands still here until a request lets it go on."""
        self._pause.done()
        self._output.flush()
        self._handles.begin_stop()
        self._variables.returned = self._stepper.returned
        self._variables.exception = self._exceptions.current[0] if self._exceptions.current else None
        self._serving = True
        self._event("stopped", stopped)
        deepest = sys.getrecursionlimit()
        sys.setrecursionlimit(deepest + _ROOM)
        try:
            self._running.hold(self._channel.next_request, self._serve)
        finally:
            self._serving = False
            if sys.getrecursionlimit() == deepest + _ROOM:
                sys.setrecursionlimit(deepest)
        self._handles.end_stop()
        self._exceptions.current = self._variables.exception = None
        self._variables.returned = self._stepper.returned = []
        self._running.go()
        self._stack.clear()
        self._output.go_on()
        if self._rang or self._pause.asked or self._running.waiting:
            self._serve_waiting(frame)

    def _serve(self, request: str) -> None:
        message = decode(request)
        command = message.get("command")
        handler = self._handlers.get(command) if isinstance(command, str) else None
        self._console.request = message
        if self._tasks.interrupted is not None or command not in _LOOKS:
            self._tasks.moment += 1
        try:
            if handler is None:
                raise RequestError(f"The debugger does not know {command!r}.")
            self._tasks.check(message.get("arguments") or {})
            if not self._running.is_held and command in _AT_STOPS and self._configured:
                raise RequestError("The program is running: pause it first.")
            body = handler(message.get("arguments") or {})
        except TakenByClone:
            return
        except NotNow:
            raise
        except RequestError as error:
            self._respond(message, None, str(error))
        except Exception as error:
            self._respond(message, None, f"The debugger failed: {conditions.describe(error)}")
        else:
            self._respond(message, body)

    def _respond(self, request: Json, body: Json | None, failure: str | None = None) -> None:
        self._seq += 1
        response: Json = {"seq": self._seq, "type": "response", "request_seq": request.get("seq", 0), "command": request.get("command", "")}
        response["success"] = failure is None
        if failure is not None:
            response["message"] = failure
        if body is not None:
            response["body"] = body
        self._channel.send(encode(response))

    def _event(self, name: str, body: Json) -> None:
        self._seq += 1
        self._channel.send(encode({"seq": self._seq, "type": "event", "event": name, "body": body}))

    def _breakpoint_changed(self, breakpoint: Breakpoint, body: Json) -> None:
        self._event("breakpoint", {"reason": "changed", "breakpoint": body})

    def _loaded(self, code: CodeType, frame: FrameType) -> None:
        name = codes.module_name(frame)
        if name:
            self._event("module", {"reason": "new", "module": self._sources.module(name, code.co_filename)})
        self._event("loadedSource", {"reason": "new", "source": self._sources.source(code.co_filename)})

    def _configuration_done(self, arguments: Json) -> None:
        if "justMyCode" in arguments:
            self._sources.just_my_code = bool(arguments["justMyCode"])
        if "stopOnEntry" in arguments:
            self._options["stopOnEntry"] = bool(arguments["stopOnEntry"])
        self._configured = True

    def _on_start(self, code: CodeType, offset: int) -> object:
        frame = _getframe(1)
        again = self._tasks.starts(code, frame)
        again = self._happenings.starts(code, frame, quiet=self._serving) or again
        again = self._breakpoints.look(code, frame, starts=True) or again
        if self._stepper.sees_starts and self._stepper.on_start(frame, "start"):
            again = True
        return None if again else DISABLE

    def _on_resume(self, code: CodeType, offset: int) -> object:
        frame = _getframe(1)
        self._breakpoints.look(code, frame, starts=False)
        if self._stepper.sees_starts and self._stepper.on_start(frame, "resume"):
            return None
        return DISABLE

    def _on_return(self, code: CodeType, offset: int, value: object) -> object:
        frame = _getframe(1)
        told = self._tasks.returns(code, frame, value)
        told = self._happenings.returns(code, frame, value, quiet=self._serving) or told
        return None if told else self._stepper.on_return(code, frame, value)

    def _on_throw(self, code: CodeType, offset: int, error: BaseException) -> None:
        if not self._serving and self._stepper.sees_starts:
            self._stepper.on_start(_getframe(1), "throw")

    def _on_unwind(self, code: CodeType, offset: int, error: BaseException) -> None:
        if not self._serving:
            frame = _getframe(1)
            self._exceptions.on_unwind(frame, error)
            self._happenings.unwinds(frame, error)
            self._stepper.on_unwind(frame)

    def _on_handled(self, code: CodeType, offset: int, error: BaseException) -> None:
        if not self._serving:
            self._stepper.on_handled(_getframe(1))

    def _on_instruction(self, code: CodeType, offset: int) -> object:
        frame = _getframe(1)
        if self._serving or self._stepper.on_instruction(frame):
            return None
        if self._pause.asked and self._pause.takes(frame):
            self._pause.done()
            self._stepper.drop()
            self._stop(frame, "pause")
            return None
        return self._breakpoints.on_instruction(code, offset, frame)

    def _on_jump(self, code: CodeType, source: int, target: int) -> None:
        """Where the host cannot poke: looks for requests now and then."""
        self._jumps += 1
        if self._jumps >= _EVERY_JUMPS:
            self._jumps = 0
            self.serve_pending()


_AT_STOPS = frozenset(
    ("stackTrace", "scopes", "variables", "setVariable", "setExpression", "evaluate", "completions", "exceptionInfo", "continue", "next",
     "stepIn", "stepOut", "stepInTargets", "sandstepEffects")
)  # fmt: skip


_LOOKS = frozenset(("threads", "stackTrace", "scopes", "variables", "exceptionInfo", "sandstepTasks", "sandstepEffects"))
"""What leaves all as it is."""


def _frames() -> list[FrameType]:
    frames, frame = [], _getframe(1)
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back  # type: ignore[assignment]
    return frames
