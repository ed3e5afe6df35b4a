"""`Sandbox.run` and its Result: output, value, errors, exit status, input, arguments, files, seeds."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sandstep.sandbox import Cancelled, Crashed, Limits, OutputLimit, RunError, Sandbox, TimeLimit
from sandstep.sandbox.options import OptionError


@pytest.fixture(scope="module")
def box() -> Sandbox:
    return Sandbox()


def test_output_value_and_usage(box: Sandbox) -> None:
    result = box.run("import sys\nprint('out')\nprint('err', file=sys.stderr)\nresult = {'a': [1, 2.5, None, 'ä']}")
    assert (result.stdout, result.stderr, result.exit_code, result.error) == ("out\n", "err\n", 0, None)
    assert result.check().value == {"a": [1, 2.5, None, "ä"]}
    assert result.duration > 0
    assert result.cpu_time > 0
    assert result.peak_memory > 1 << 20


def test_error_is_data_and_text(box: Sandbox) -> None:
    error = box.run("def f():\n    raise KeyError('k')\n\nf()").error
    assert isinstance(error, RunError)
    assert (error.type, error.message, error.module) == ("KeyError", "'k'", "builtins")
    assert [(frame.line, frame.function) for frame in error.frames] == [(4, "<module>"), (2, "f")]
    assert error.traceback.endswith("KeyError: 'k'\n")
    with pytest.raises(RunError, match="KeyError: 'k'"):
        box.run("raise KeyError('k')").check()


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(3)", 3), ("import os; print('x'); os._exit(4)", 4), ("1/0", 1), ("", 0)])
def test_exit_code(box: Sandbox, code: str, status: int) -> None:
    assert box.run(code).exit_code == status


def test_output_is_streamed_in_order(box: Sandbox) -> None:
    pieces: list[tuple[str, str]] = []
    result = box.run(
        "import sys\nfor i in range(3):\n    print(i, flush=True)\n    print('e', i, file=sys.stderr)",
        on_output=lambda stream, text: pieces.append((stream, text)),
    )
    assert "".join(text for _, text in pieces) == "0\ne 0\n1\ne 1\n2\ne 2\n"
    assert "".join(text for stream, text in pieces if stream == "stdout") == result.stdout


def test_what_on_output_raises_ends_the_run(box: Sandbox) -> None:
    def refuse(stream: str, text: str) -> None:
        raise LookupError(text)

    with pytest.raises(LookupError, match="hello"):
        box.run("print('hello', flush=True)\nwhile True: pass", on_output=refuse)


def test_arguments_input_and_environment() -> None:
    with Sandbox(env={"A": "b"}) as box:
        result = box.run("import os, sys; result = [sys.argv[1:], input(), dict(os.environ)]", args=["x", "y"], input="typed\n")
    assert result.check().value == [["x", "y"], "typed", {"A": "b"}]


def test_runs_share_nothing(box: Sandbox) -> None:
    box.run("import builtins; builtins.left = 1; x = 2")
    assert box.run("import builtins; result = [hasattr(builtins, 'left'), 'x' in globals()]").value == [False, False]


def test_mounts_and_packages(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "tool.py").write_text("answer = 42")
    (tmp_path / "data").mkdir()
    with Sandbox(mounts=[f"{tmp_path / 'data'}:/data:rw"], packages=[tmp_path / "packages"]) as box:
        assert box.run("import tool; open('/data/new', 'w').write('x'); result = tool.answer").check().value == 42
    assert (tmp_path / "data" / "new").read_text() == "x"


def test_a_file_is_run_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("def f(): return 'other'")
    (tmp_path / "prog.py").write_text("import other, sys\nresult = [other.f(), sys.argv[1:], __name__]")
    with Sandbox() as box:
        assert box.run(tmp_path / "prog.py", args=["a"]).check().value == ["other", ["a"], "__main__"]


def test_randomness_is_fresh_unless_there_is_a_seed(box: Sandbox) -> None:
    code = "import os, random, secrets, uuid; result = [random.random(), os.urandom(8).hex(), secrets.token_hex(4), str(uuid.uuid4())]"
    first, second = box.run(code).value, box.run(code).value
    assert not set(first) & set(second)
    assert box.run(code, seed="a").value == box.run(code, seed="a").value != box.run(code, seed="b").value


def test_limits_name_themselves_and_keep_what_was_written() -> None:
    with Sandbox(limits=Limits(time=0.5, output=100)) as box:
        late = box.run("print('before', flush=True)\nwhile True: pass")
        assert isinstance(late.error, TimeLimit)
        assert (late.error.limit, late.error.amount, late.stdout) == ("time", 0.5, "before\n")
        much = box.run("print('x' * 1000)")
        assert isinstance(much.error, OutputLimit)
        assert much.stdout == "x" * 100


def test_cpu_time_and_memory() -> None:
    with Sandbox(limits=Limits(cpu_time=0.3, memory="100MiB")) as box:
        assert "0.3 s of processor time" in str(box.run("while True: pass").error)
        assert "100 MiB" in str(box.run("bytearray(200 << 20)").error)
        assert box.run("import time; time.sleep(0.4); result = 1").value == 1


def test_cancel_from_another_thread() -> None:
    with Sandbox() as box:
        running = threading.Event()
        results = []
        thread = threading.Thread(
            target=lambda: results.append(box.run("print('on', flush=True)\nwhile True: pass", on_output=lambda *_: running.set()))
        )
        thread.start()
        assert running.wait(30)
        box.cancel()
        thread.join(30)
        assert isinstance(results[0].error, Cancelled)
        assert results[0].stdout == "on\n"
        assert box.run("result = 1").value == 1


def test_many_at_once_from_threads() -> None:
    with Sandbox() as box:
        values: list[int] = []
        threads = [threading.Thread(target=lambda n=n: values.append(box.run(f"result = {n}").value)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(values) == list(range(20))


def test_what_cannot_be_granted_is_refused() -> None:
    with pytest.raises(OptionError, match="no folder"):
        Sandbox(mounts=["/nowhere"])
    with pytest.raises(OptionError, match="64MiB"):
        Limits(memory="1MiB")
    with pytest.raises(ValueError, match="time"):
        Limits(time=-1)
    box = Sandbox()
    box.close()
    with pytest.raises(RuntimeError, match="closed"):
        box.run("")


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with Sandbox(mounts=[f"{folder}:/data"]) as box:
        folder.rmdir()
        error = box.run("print(1)").error
    assert isinstance(error, Crashed)
    assert "cannot be set up" in str(error)


def test_a_worker_that_is_used_again_knows_nothing(box: Sandbox) -> None:
    spoil = "import builtins, sys, json\nbuiltins.print = json.dumps = None\nsys.modules['math'] = 7\nx = 1\nraise SystemExit(5)"
    look = "import math, json\nprint('x' in globals(), json.dumps(math.floor(1.5)))"
    for _ in range(6):
        assert box.run(spoil).exit_code == 5
        assert box.run(look).check().stdout == "False 1\n"
