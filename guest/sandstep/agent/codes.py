"""What can be known of code objects without running them: their lines, their statements, where they stand."""

import dis
import inspect
import itertools
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import NamedTuple

from .own import keep_builtins

keep_builtins(globals())

GENERATOR_LIKE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
_EXPRESSIONS = ("CALL", "BUILD_", "BINARY_", "COMPARE_", "CONTAINS_", "IS_OP", "LIST_", "SET_", "DICT_", "MAP_", "UNARY_", "LOAD_ATTR")
_FINISHING = frozenset(
    number for name, number in dis.opmap.items() if name.startswith((*_EXPRESSIONS, "STORE_")) and not name.startswith("CALL_INTRINSIC")
)
"""Instructions that take what was computed before them."""
_SPANNING = frozenset(
    number for name, number in dis.opmap.items() if name.startswith(_EXPRESSIONS) and not name.startswith(("CALL_INTRINSIC", "LIST_APPEND"))
)
"""Instructions whose lines are those of an expression; others may have the lines of a whole `try` or `with`."""
_CLEANUP_THROW = dis.opmap["CLEANUP_THROW"]
_JUMPS = frozenset(dis.hasjrel) | frozenset(dis.hasjabs)
_BUILD_LIST, _GROUP_MATCH = dis.opmap["BUILD_LIST"], dis.opmap["CHECK_EG_MATCH"]
_RESUME = dis.opmap["RESUME"]
_LEAVING = frozenset(dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST", "YIELD_VALUE") if name in dis.opmap)
YIELD = dis.opmap["YIELD_VALUE"]
_SEND = dis.opmap["SEND"]
_PASSING_ON = frozenset((_RESUME, _SEND, _CLEANUP_THROW, dis.opmap["JUMP_BACKWARD_NO_INTERRUPT"]))
_SEND_TO_YIELD = 4


def nested(code: CodeType) -> Iterator[CodeType]:
    """The code and every code inside it."""
    waiting = [code]
    while waiting:
        code = waiting.pop()
        yield code
        waiting += [constant for constant in code.co_consts if type(constant) is CodeType]


def first_traceable(code: CodeType) -> int:
    """The offset of the code's RESUME: no line event comes before it."""
    raw = code.co_code
    for offset in range(0, len(raw), 2):
        if raw[offset] == _RESUME:
            return offset
    return 0


def line_starts(code: CodeType) -> Iterator[tuple[int, int]]:
    """(offset, line) where a line event may come."""
    resume, last = first_traceable(code), None
    for start, end, line in code.co_lines():
        if start <= resume < end and end - resume > 2:
            start = resume + 2  # the body begins on the line of the `def`
        if start > resume and line is not None and line != last and line > 0:
            yield start, line
        last = line


def continuations(code: CodeType) -> frozenset[int]:
    """Offsets where a line comes back in the midst of a statement, to finish it: nobody wants to stop there again."""
    begun: dict[int, int] = {}
    found = []
    raw = code.co_code
    for offset, line in line_starts(code):
        first = begun.setdefault(line, offset)
        if first != offset and raw[offset] in _FINISHING and _JUMPS.isdisjoint(raw[first:offset:2]):
            found.append(offset)
    found += (offset for offset in range(0, len(raw), 2) if raw[offset] == _CLEANUP_THROW)
    return frozenset(found)


def executable_lines(code: CodeType) -> set[int]:
    """The lines at which this code, without what is nested in it, can stop."""
    return {line for _, line in line_starts(code)}


class Statements(NamedTuple):
    """What stepping asks of a code at each line: computed once."""

    code: CodeType
    spans: list[tuple[int, int]]
    continuations: frozenset[int]

    def are_one(self, one: int, other: int) -> bool:
        """Whether two different lines belong to one statement."""
        return one != other and any(first <= one <= last and first <= other <= last for first, last in self.spans)


_statements: dict[int, Statements] = {}
_MOST_STATEMENTS = 200


def statements(code: CodeType) -> Statements:
    found = _statements.get(id(code))
    if found is None or found.code is not code:
        if len(_statements) >= _MOST_STATEMENTS:
            _statements.clear()
        found = _statements[id(code)] = Statements(code, statement_spans(code), continuations(code))
    return found


def statement_spans(code: CodeType) -> list[tuple[int, int]]:
    """First and last line of each statement that takes several lines: stepping takes such a statement as one."""
    spans: list[tuple[int, int]] = []
    raw = code.co_code
    telling = _SPANNING - {_BUILD_LIST} if _GROUP_MATCH in raw[::2] else _SPANNING
    many = {
        (first, last)
        for index, (first, last, _, _) in enumerate(code.co_positions())
        if first is not None and last is not None and last > first and raw[2 * index] in telling
    }
    for first, last in sorted(many):
        if spans and first <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))
    return spans


def is_delegating(frame: FrameType) -> bool:
    """Whether a frame that is not the innermost stands in a `yield from` or an `await`: what is yielded inside passes it by."""
    if not frame.f_code.co_flags & GENERATOR_LIKE or frame.f_lasti < 0:
        return False
    return frame.f_code.co_code[frame.f_lasti] == _SEND


def is_passing_on(frame: FrameType) -> bool:
    """Whether a frame that has been resumed only hands that on to what it awaits or delegates to, or has not taken it up yet."""
    raw, offset = frame.f_code.co_code, frame.f_lasti
    if offset < 0 or raw[offset] in _PASSING_ON:
        return True
    return raw[offset] == YIELD and offset >= _SEND_TO_YIELD and raw[offset - _SEND_TO_YIELD] == _SEND


def is_ending_await(frame: FrameType) -> bool:
    """Whether a frame is about to learn how an `await` has ended: by a value, or by an exception that goes on from here."""
    return frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == _CLEANUP_THROW


def is_leaving(frame: FrameType) -> bool:
    """Whether the instruction at which a frame stands hands a value to the caller."""
    return frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] in _LEAVING


def position(code: CodeType, offset: int) -> tuple[int | None, int | None, int | None, int | None]:
    """First line, last line, first column and end column of the instruction at `offset`; columns in bytes, from 0."""
    if offset < 0:
        return None, None, None, None
    return next(itertools.islice(code.co_positions(), offset // 2, None), (None, None, None, None))


def is_class_body(code: CodeType) -> bool:
    return not code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.startswith("<")


def is_part_of_line(frame: FrameType, line: int) -> bool:
    """Whether a lambda, a generator expression or a class body runs for a line of the code around it that stands at this line itself."""
    code, above = frame.f_code, frame.f_back
    if not code.co_name.startswith("<") and not is_class_body(code):
        return False
    while above is not None:
        if above.f_lineno == line and above.f_code.co_filename == code.co_filename and any(each is code for each in above.f_code.co_consts):
            return True
        above = above.f_back
    return False


def module_name(frame: FrameType) -> str:
    """The name of the module that a frame's code belongs to, whatever the program did to it."""
    name = frame.f_globals.get("__name__")
    return name if type(name) is str else ""
