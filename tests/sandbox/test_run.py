"""The command `sandstep run`: ways to name a program, what it is granted, its limits, and how it is told what went wrong."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from .command import command, environment, sandstep


def test_traceback_is_the_programs_own(tmp_path: Path) -> None:
    program = tmp_path / "prog.py"
    program.write_text("def f():\n    return 1 / 0\n\nf()\n")
    ended = sandstep("run", str(program))
    assert ended.status == 1
    assert ended.err == (
        "Traceback (most recent call last):\n"
        f'  File "{program}", line 4, in <module>\n    f()\n    ~^^\n'
        f'  File "{program}", line 2, in f\n    return 1 / 0\n           ~~^~~\n'
        "ZeroDivisionError: division by zero\n"
    )


def test_traceback_through_sleep_and_asyncio_has_no_frame_of_ours(tmp_path: Path) -> None:
    program = tmp_path / "prog.py"
    program.write_text("import time\ntry:\n    time.sleep(-1)\nexcept ValueError as e:\n    raise KeyError('k') from e\n")
    err = sandstep("run", str(program)).err
    assert err.count("File ") == err.count(f'File "{program}"') == 2


def test_module(tmp_path: Path) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("import sys; from . import other; print(__name__, __package__, sys.argv[1:], other.X)")
    (package / "other.py").write_text("X = 5")
    assert sandstep("run", "-m", "pack", "a", "-b", cwd=tmp_path).out == "__main__ pack ['a', '-b'] 5\n"
    assert sandstep("run", "pack", "z", cwd=tmp_path).status == 1  # a relative import outside of a package, as with python
    missing = sandstep("run", "-m", "nothing_here", cwd=tmp_path)
    assert (missing.status, missing.err) == (1, "python: No module named nothing_here\n")


def test_code() -> None:
    assert sandstep("run", "-c", "import sys; print(sys.argv)", "a", "--time").out == "['-c', 'a', '--time']\n"


def test_code_is_granted_no_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("X = 1")
    assert "ModuleNotFoundError" in sandstep("run", "-c", "import secret", cwd=tmp_path).err


def test_imports_from_the_programs_folder_and_packages(tmp_path: Path) -> None:
    for folder, name in (("app", "near"), ("lib", "far")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.py").write_text(f"X = {name!r}")
    (tmp_path / "app" / "program.py").write_text("import near, far; print(near.X, far.X)")  # named as a module of the image
    assert sandstep("run", "--packages", str(tmp_path / "lib"), str(tmp_path / "app" / "program.py")).out == "near far\n"


@pytest.mark.parametrize("name", ["app", "streams", "agent", "host_calls", "stdlib", "poke", "random", "json"])
def test_own_module_wins_over_any_of_the_image(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text("X = 'mine'")
    (tmp_path / "prog.py").write_text(f"import sys; sys.modules.pop({name!r}, None); import {name}; print({name}.X)")
    assert sandstep("run", str(tmp_path / "prog.py")).out == "mine\n"


def test_a_file_named_like_a_part_of_sandstep_is_not_that_part(tmp_path: Path) -> None:
    program = tmp_path / "effects.py"
    program.write_text("from sandstep.effects import Ask, run\nprint(run(Ask('x'), env={'x': 4}))\n")
    assert sandstep("run", str(program), cwd=tmp_path) == ("4\n", "", 0)


def test_mounts(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text("content")
    read = "print(open('/in/a.txt').read())"
    write = "open('/in/b.txt', 'w').write('new')"
    assert sandstep("run", "--mount", f"{data}:/in", "-c", read).out == "content\n"
    assert sandstep("run", "--mount", f"{data}:/in", "-c", write).status == 1
    assert sandstep("run", "--mount", f"{data}:/in:rw", "-c", write).status == 0
    assert (data / "b.txt").read_text() == "new"
    assert sandstep("run", "--mount", str(data), "-c", f"print(open({str(data / 'a.txt')!r}).read())").out == "content\n"


def test_environment_is_what_is_given(tmp_path: Path) -> None:
    code = "import os; print(dict(os.environ))"
    assert sandstep("run", "--env", "A=1", "--env", "B=x=y", "-c", code, env={"SECRET": "s"}).out == "{'A': '1', 'B': 'x=y'}\n"


def test_memory_limit() -> None:
    ended = sandstep("run", "--memory", "128MiB", "-c", "x = bytearray(200_000_000)")
    assert (ended.status, ended.err.splitlines()[-1]) == (1, "MemoryError")


def test_time_limit_keeps_what_was_written() -> None:
    ended = sandstep("run", "--time", "0.3", "-c", "print('before')\nwhile True: pass")
    assert ended == ("before\n", "sandstep: The program reached its time limit of 0.3 s and was ended.\n", 124)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.py"], "There is no file"),
        (["--mount", "/nowhere", "-c", ""], "There is no folder /nowhere"),
        (["--mount", "/tmp:relative", "-c", ""], "has to be absolute"),
        (["--packages", "/nowhere", "-c", ""], "There is no folder /nowhere"),
        (["--memory", "lots", "-c", ""], "write it as 256MiB"),
        (["--memory", "1MiB", "-c", ""], "between 64MiB"),
        (["--time", "0", "-c", ""], "positive number of seconds"),
        (["--env", "novalue", "-c", ""], "write NAME=VALUE"),
        ([], "Name a program"),
    ],
)
def test_bad_options_are_one_sentence(arguments: list[str], said: str) -> None:
    ended = sandstep("run", *arguments)
    assert ended.status == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("module", ["ssl", "ctypes", "tkinter", "multiprocessing", "curses"])
def test_absent_modules_say_so(module: str) -> None:
    last = sandstep("run", "-c", f"import {module}").err.splitlines()[-1]
    assert last.startswith("ModuleNotFoundError:")
    assert last.endswith("it is not available in the sandbox")


def test_every_module_of_the_standard_library_that_is_listed_can_be_imported() -> None:
    code = """
import sys, importlib, pkgutil
failed = []
for name in sorted(sys.stdlib_module_names):
    if name in ('antigravity', 'this', '__main__'): continue
    try: importlib.import_module(name)
    except ImportError as e:
        if 'not available in the sandbox' not in str(e): failed.append((name, str(e)))
print(failed)
"""
    assert sandstep("run", "-c", code).out == "[]\n"


def test_random_is_fresh_in_each_run() -> None:
    code = "import random, os, uuid; print(random.random(), os.urandom(8), uuid.uuid4())"
    assert sandstep("run", "-c", code).out != sandstep("run", "-c", code).out


@pytest.mark.parametrize("program", ["while True: pass", "import time; time.sleep(60)", "input()"])
def test_interrupt_is_the_programs(program: str) -> None:
    code = f"try:\n    print('up', flush=True)\n    {program}\nexcept KeyboardInterrupt:\n    print('interrupted'); raise"
    process = subprocess.Popen(
        command("run", "-c", code), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)  # not `communicate`, which ends the program's input: it would race with the interrupt
        assert process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read()
    assert (out, process.returncode, err.splitlines()[-1]) == ("interrupted\n", 130, "KeyboardInterrupt")


def test_no_process_is_left_when_it_is_killed() -> None:
    process = subprocess.Popen(command("run", "-c", "print('up', flush=True)\nwhile True: pass"), stdout=subprocess.PIPE, env=environment())
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        children = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
        assert children
        process.kill()
        process.stdout.read()  # ends when the worker, which holds the pipe too, has ended
    assert not any(Path(f"/proc/{child}/exe").exists() for child in children)


def test_broken_pipe_is_quiet() -> None:
    line = " ".join(f"'{part}'" for part in command("run", "-c", "for i in range(10**6): print(i)"))
    done = subprocess.run(["sh", "-c", f"{line} | head -n 1"], capture_output=True, text=True, env=environment(), timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_version_and_help() -> None:
    assert sandstep("--version").out.startswith("sandstep, version ")
    for arguments in ([], ["run"], ["dap"], ["image"], ["image", "build"]):
        assert "Usage: sandstep" in sandstep(*arguments, "--help").out, arguments


def test_working_folder(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text("import os; print(os.getcwd(), open('near.txt').read())")
    (tmp_path / "near.txt").write_text("near")
    assert sandstep("run", "prog.py", cwd=tmp_path).out == f"{tmp_path} near\n"
    assert sandstep("run", str(tmp_path / "prog.py"), cwd=Path(os.sep)).out == f"{tmp_path} near\n"
