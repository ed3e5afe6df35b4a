"""The machine that runs programs: one loop, no recursion a frame.

The state between two steps is all in the machine's attributes: `fiber` and `frame` (the innermost of the chain), and what
that frame gets next, `error` if it is set and `value` otherwise. Operations are plain functions that change this state and
answer the next program to evaluate, or None to go on with the frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from sandstep.effects.chain import NO_TAILS, AnyGenerator, Continuation, Fiber, Frame, next_epoch
from sandstep.effects.face import Face
from sandstep.effects.own_frames import close, strip, unraisable
from sandstep.effects.sites import generator_frame

Operation = Callable[["Machine", Any], Any]
HISTORY_LENGTH = 32

machines: list[Machine] = []


class Parked(BaseException):
    """Leaves the loop so that whoever runs the machine can wait for something outside of it."""

    def __init__(self, wait: Any) -> None:
        super().__init__(wait)
        self.wait = wait


class Fatal(BaseException):
    """Ends a run with an error that the program cannot catch."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


class Machine:
    """One run of one program. `face` says how handlers are read and errors are worded.

    `run` for a program that needs nothing from outside; else `start`, then `advance` until it says that the program is done,
    giving `resume_with` the outcome of each wait.
    """

    __slots__ = (
        "context",
        "continuation",
        "epoch",
        "error",
        "face",
        "fiber",
        "frame",
        "handler_calls",
        "history",
        "observing",
        "operations",
        "records",
        "steps",
        "thread",
        "value",
    )

    def __init__(self, face: Face) -> None:
        self.face = face
        self.operations: dict[type, Operation] = dict(face.operations)
        self.records = face.records
        self.continuation = face.continuation
        self.fiber = Fiber(None)
        self.frame: Frame | None = None
        self.value: Any = None
        self.error: BaseException | None = None
        self.observing = False
        self.epoch = next_epoch()
        self.steps = 0
        self.handler_calls = 0
        self.context: Any = None
        self.history: deque[dict[str, Any]] = deque(maxlen=HISTORY_LENGTH)

    def start(self, program: Any) -> None:
        """Take up a program, an effect or a node. Raises TypeError for anything else."""
        if not self.is_program(program):
            raise self.face.not_runnable(program)
        try:
            self._evaluate(program)
        except Fatal as fatal:
            raise fatal.error from None

    def advance(self) -> bool:
        """Run until the program is done. Raises `Parked` where it waits, and what `Fatal` carries where it must end."""
        machines.append(self)
        try:
            self._loop()
        except Fatal as fatal:
            error = fatal.error
            self._tear_down()
            raise error from None
        finally:
            machines.remove(self)
        return True

    def outcome(self) -> Any:
        """The value of a program that is done; raises the error that it ended with."""
        if self.error is not None:
            error, self.error = self.error, None
            try:
                raise error
            finally:
                del error
        return self.value

    def resume_with(self, value: Any, error: BaseException | None = None) -> None:
        """Give a parked program what it waited for."""
        self.value = value
        self.error = error

    def _loop(self) -> None:
        operations = self.operations
        find = operations.get
        records = self.records
        while True:
            frame = self.frame
            if frame is None:
                if self._leave():
                    return
                continue
            error = self.error
            self.steps += 1
            try:
                if error is None:
                    item = frame.gen.send(self.value)
                else:
                    self.error = None
                    item = frame.gen.throw(error)
            except StopIteration as stop:
                self.value = stop.value
                caller = self.frame = frame.caller
                if records:
                    self._returned(frame, caller)
                continue
            except BaseException as raised:
                self._failed(frame, raised, error is not raised)
                continue
            # A continuation that is abandoned below closes its generators in order, so nothing here may hold on to one.
            frame = error = None
            while True:
                operation = find(type(item))
                item = self._unknown(item) if operation is None else operation(self, item)
                if item is None:
                    break

    def _evaluate(self, item: Any) -> None:
        """Evaluate a node without a frame that yielded it."""
        while item is not None:
            operation = self.operations.get(type(item))
            item = self._unknown(item) if operation is None else operation(self, item)

    def _unknown(self, item: Any) -> Any:
        """Find out what an object of a type not met before is, and evaluate it."""
        kind = type(item)
        operation = self._find_operation(kind)
        if operation is not None:
            self.operations[kind] = operation
            return operation(self, item)
        try:
            return self.face.adopt(item)
        except Exception as refusal:
            refusal.__traceback__ = None
            self.throw(refusal)
            return None

    def _find_operation(self, kind: type) -> Operation | None:
        return next((self.operations[base] for base in kind.__mro__ if base in self.operations), None)

    def is_program(self, item: Any) -> bool:
        """Whether a value can be run: a node, an effect, or what the face takes for one."""
        return type(item) in self.operations or self._find_operation(type(item)) is not None or self.face.adopts(item)

    def _leave(self) -> bool:
        """Go on with the fiber outside of one whose last frame is gone; True at the root."""
        parent = self.fiber.parent
        if parent is None:
            return True
        self.fiber = parent
        self.frame = parent.frame
        parent.frame = None
        return False

    def _returned(self, frame: Frame, caller: Frame | None) -> None:
        k = frame.k
        if k is None:
            if caller is not None:
                python_frame = generator_frame(caller.gen)
                caller.last = (frame, -1 if python_frame is None else python_frame.f_lasti)
        elif k.head is not None:
            self.face.abandoned(self, frame, k)

    def _failed(self, frame: Frame, raised: BaseException, fresh: bool) -> None:
        """An exception came out of a frame: it goes to the caller, or to the body that an unused continuation holds."""
        raised.__traceback__ = strip(raised.__traceback__)
        if fresh:
            self.face.raised(self, raised)
        self.error = raised
        k = frame.k
        self.frame = frame.caller
        if k is not None and k.head is not None:
            if self.records:
                k.outcome = "threw"
            self.attach(k)

    def attach(self, k: Continuation) -> None:
        """Put the chain that a continuation holds on top of the current fiber and use it up."""
        fiber = self.fiber
        head, last = k.head, k.last
        assert head is not None
        assert last is not None
        k.head = k.last = None
        fiber.frame = self.frame
        last.parent = fiber
        if last.home != fiber.serial:
            self.epoch = next_epoch()
        self.fiber = head
        self.frame = head.frame
        head.frame = None

    def drop_frame(self) -> Frame | None:
        """End the generator of the current frame: its `finally` blocks run now."""
        frame = self.frame
        if frame is not None:
            self.frame = frame.caller
            try:
                frame.gen.close()
            except BaseException as error:
                unraisable(error, frame.gen)
        return frame

    def handler_frame(self) -> Frame | None:
        """The innermost handler at work in this fiber, the current frame or one that waits for it."""
        frame = self.frame
        while frame is not None and frame.k is None:
            frame = frame.caller
        return frame

    def push(self, fiber: Fiber) -> None:
        """Make a new fiber, whose parent is the current one, the current one."""
        self.fiber.frame = self.frame
        self.fiber = fiber
        self.frame = None

    def push_frame(self, generator: AnyGenerator, tails: frozenset[int] = NO_TAILS, k: Continuation | None = None) -> None:
        """Run a generator on top of the current frame."""
        self.frame = Frame(generator, self.frame, tails, k)
        self.value = None

    def throw(self, error: BaseException) -> None:
        """Raise an error of the machine's own at the current frame."""
        self.face.raised(self, error)
        self.error = error

    def _tear_down(self) -> None:
        fiber: Fiber | None = self.fiber
        fiber_frame = self.frame
        self.fiber, self.frame = Fiber(None), None
        self.value = self.error = None
        while fiber is not None:
            frames = []
            while fiber_frame is not None:
                frames.append(fiber_frame)
                fiber_frame = fiber_frame.caller
            for frame in reversed(frames):
                close(frame.gen)
            fiber = fiber.parent
            if fiber is not None:
                fiber_frame, fiber.frame = fiber.frame, None
