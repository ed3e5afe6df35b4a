"""Framing: whatever arrives and however it is cut, messages come out, and what is no message doesn't stop those after it."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandstep.dap import wire
from sandstep.dap.bases import Bases
from sandstep.dap.errors import explain
from sandstep.dap.protocol import (
    CompletionItem,
    CompletionsResponseBody,
    InitializeRequestArguments,
    SetBreakpointsArguments,
    StackFrame,
    StackTraceResponseBody,
    VariablesArguments,
)
from sandstep.dap.wire import Decoder, Incoming, Malformed, framed


def message(seq: int, **more: object) -> bytes:
    return framed(json.dumps({"seq": seq, "type": "request", "command": "threads", **more}).encode())


def seqs(decoded: list[Incoming | Malformed]) -> list[int | None]:
    return [each.seq for each in decoded]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_any_cut_gives_the_same_messages(texts: list[str], cuts: list[int]) -> None:
    stream = b"".join(message(seq, arguments={"text": text}) for seq, text in enumerate(texts, 1))
    decoder, decoded, place, turn = Decoder(), list[Incoming | Malformed](), 0, 0
    while place < len(stream):
        step = cuts[turn % len(cuts)]
        decoded += decoder.feed(stream[place : place + step])
        place, turn = place + step, turn + 1
    arguments = [each.arguments for each in decoded if isinstance(each, Incoming)]
    assert [msgspec.json.decode(each, type=dict[str, str])["text"] for each in arguments] == texts


@pytest.mark.parametrize(
    ("bad", "seq"),
    [
        pytest.param(framed(b"{nonsense"), None, id="not JSON"),
        pytest.param(framed(b'{"seq": 7, "type": "request", "command": "next", '), 7, id="cut JSON with a seq"),
        pytest.param(framed(b'{"seq": 7, "type": "request", "command": 5}'), 7, id="a command that is no string"),
        pytest.param(framed(b'{"seq": "7", "type": "request", "command": "next"}'), None, id="a seq that is no number"),
        pytest.param(framed(b"[]"), None, id="not an object"),
        pytest.param(framed(b""), None, id="empty"),
        pytest.param(framed(b'{"seq": 7, "x": "\xff"}'), 7, id="not UTF-8"),
        pytest.param(b"Content-Type: text\r\n\r\n", None, id="no length"),
        pytest.param(b"Content-Length: minus\r\n\r\n", None, id="a length that is no number"),
        pytest.param(b'{"seq": 7, "command": "next"}', 7, id="no header"),
        pytest.param(b"x" * 10_000, None, id="a lot of garbage"),
    ],
)
def test_reading_goes_on_after_what_is_no_message(bad: bytes, seq: int | None) -> None:
    decoded = Decoder().feed(message(1) + bad + message(2))
    assert isinstance(decoded[1], Malformed)
    assert [decoded[0].seq, decoded[1].seq, decoded[-1].seq] == [1, seq, 2]
    assert isinstance(decoded[-1], Incoming)


def test_headers_may_be_spelt_and_ordered_differently() -> None:
    body = b'{"seq": 3, "type": "request", "command": "threads"}'
    stream = b"Content-Type: application/json\r\ncontent-length:%d\r\nX: y\r\n\r\n" % len(body) + body
    assert seqs(Decoder().feed(stream)) == [3]


def test_a_message_that_is_too_long_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_MESSAGE", 100)
    decoder = Decoder()
    long = b"Content-Length: 101\r\n\r\n" + b"x" * 101
    first = decoder.feed(long[:60])
    assert isinstance(first[0], Malformed)
    assert seqs(decoder.feed(long[60:] + message(2))) == [2]


def test_lines_and_columns_from_zero_both_ways() -> None:
    bases = Bases(InitializeRequestArguments(adapter_id="x", lines_start_at_1=False, columns_start_at_1=False))
    asked = msgspec.convert(
        {"source": {"path": "/a"}, "lines": [0], "breakpoints": [{"line": 4, "column": 0, "condition": "x"}]}, SetBreakpointsArguments
    )
    inward = bases.inward(asked)
    assert inward.lines == [1]
    assert inward.breakpoints is not None
    assert (inward.breakpoints[0].line, inward.breakpoints[0].column, inward.breakpoints[0].condition) == (5, 1, "x")
    label = StackFrame(id=2, name="label", line=0, column=0)
    stack = bases.outward(StackTraceResponseBody(stack_frames=[StackFrame(id=1, name="f", line=5, column=1, end_line=6), label]))
    assert [(frame.line, frame.column, frame.end_line) for frame in stack.stack_frames] == [(4, 0, 5), (0, 0, None)]
    items = bases.outward(CompletionsResponseBody(targets=[CompletionItem(label="x", start=3, length=1)]))
    assert (items.targets[0].start, items.targets[0].length) == (2, 1)
    page = VariablesArguments(variables_reference=1, start=10, count=5)
    assert bases.inward(page) == page


def test_lines_from_one_are_left_alone() -> None:
    stack = StackTraceResponseBody(stack_frames=[StackFrame(id=1, name="f", line=5, column=1)])
    assert Bases().outward(stack) is stack


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('{"source": {}, "breakpoints": [{"line": "x"}]}', "the argument `breakpoints[0].line`: expected an integer, got a string"),
        ("{}", "the argument `source` is missing"),
        ('{"source": {}, "breakpoints": [{}]}', "the argument `breakpoints[0].line` is missing"),
        ("[]", "the arguments: expected an object, got a list"),
        ('{"source": {}, "sourceModified": 1}', "the argument `sourceModified`: expected true or false, got an integer"),
        ('{"source": {}, "lines": 1}', "the argument `lines`: expected a list, got an integer"),
    ],
)
def test_errors_name_the_argument(arguments: str, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(arguments, type=SetBreakpointsArguments)
    assert explain(caught.value, whole="the arguments", part="the argument") == said
