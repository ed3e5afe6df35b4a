# mypy: ignore-errors
"""The handlers of doeff-core-effects."""

from cases import case
from doeff import Ask, Get, Listen, Local, Pass, Put, Resume, Tell, Try, do, handler, run, with_handlers
from doeff_core_effects.handlers import listen_handler, local_handler, reader, slog_discard_handler, state, try_handler, writer, writer_log
from doeff_core_effects.memo_effects import MemoExists, MemoGet, MemoPut
from doeff_core_effects.memo_handlers import in_memory_memo_handler


@do
def both():
    return (yield Ask("a")), (yield Ask("b"))


@case
def reading():
    return run(reader(env={"a": 1, "b": 2})(both()))


@case
def reading_what_is_missing():
    return run(reader(env={"a": 1, "bb": 2})(both()))


@case
def local_environment():
    return run(with_handlers([reader(env={"a": 1, "b": 2}), local_handler], wraps()))


@do
def wraps():
    return (yield Local({"a": 9}, both())), (yield both())


@case
def state_and_writer():
    @do
    def main():
        yield Tell("one")
        yield Put("n", 1)
        yield Tell("two")
        return (yield Get("n")), (yield writer_log())

    return run(state()(writer(main())))


@case
def writer_without_state():
    @do
    def main():
        yield Tell("one")

    return run(writer(main()))


@case
def listening():
    @do
    def tells():
        yield Tell("inner")
        return 5

    @do
    def main():
        return (yield Listen(tells()))

    value, heard = run(with_handlers([state(), writer, listen_handler], main()))
    return value, [each.msg for each in heard]


@case
def trying():
    @do
    def fails():
        yield Put("n", 5)
        raise ValueError("x")

    @do
    def main():
        return (yield Try(fails())), (yield Try(both())), (yield Get("n"))

    return run(with_handlers([reader(env={"a": 1, "b": 2}), state(), try_handler], main()))


@case
def memo():
    @do
    def main():
        before = yield MemoExists("k")
        yield MemoPut("k", 42)
        return before, (yield MemoGet("k")), (yield MemoExists("k"))

    return run(in_memory_memo_handler()(main()))


@case
def custom_handlers():
    @handler
    def doubles(effect: Get, k):
        value = yield effect
        return (yield Resume(k, value * 2))

    @handler
    def passes(effect, k):
        yield Pass(effect, k)

    @do
    def main():
        return (yield Get("n"))

    return run(with_handlers([state(initial={"n": 21}), doubles, passes, slog_discard_handler], main()))


@case
def failing_in_many_handlers():
    @do
    def inner():
        yield Tell("x")
        raise RuntimeError("refused")

    @do
    def outer():
        yield Put("a", 1)
        return (yield inner())

    return run(with_handlers([reader(env={}), state(), writer, try_handler], outer()))
