"""What the program prints reaches the editor: all of it, in order, in time."""

from __future__ import annotations

from .conftest import Debug


def test_stdout_and_stderr_in_the_order_written(debug: Debug) -> None:
    session = debug.ran("import sys\nfor n in range(50):\n    print(n)\n    print(n, file=sys.stderr)\n")
    said = [(body["category"], body["output"]) for body in session.client.events("output") if body["category"] in ("stdout", "stderr")]
    assert "".join(text for _, text in said) == "".join(f"{n}\n{n}\n" for n in range(50))
    assert session.client.output("stdout") == session.client.output("stderr") == "".join(f"{n}\n" for n in range(50))


def test_output_says_which_line_printed_it(debug: Debug) -> None:
    session = debug.ran("def say():\n    print('one')  # @one\nsay()\nprint('two')  # @two\n")
    assert session.program
    told = {body["output"].strip(): body for body in session.client.events("output") if body.get("category") == "stdout"}
    assert told["one"]["line"] == session.program.line("one")
    assert told["two"]["line"] == session.program.line("two")
    assert told["one"]["source"]["path"] == str(session.program.path)


def test_a_megabyte_in_one_line(debug: Debug) -> None:
    session = debug.ran("print('ab' * 500_000)\nprint('end')\n")
    assert session.client.output("stdout") == "ab" * 500_000 + "\nend\n"


def test_many_short_lines(debug: Debug) -> None:
    session = debug.ran("for n in range(20_000):\n    print(n)\n")
    assert session.client.output("stdout").split() == [str(n) for n in range(20_000)]


def test_text_without_newline_is_there_at_a_stop(debug: Debug) -> None:
    session = debug.stopped("print('half', end='')\na = 1  # @here!\nprint(' whole')\n")
    assert session.client.output("stdout") == "half"
    session.finish()
    assert session.client.output("stdout") == "half whole\n"


def test_text_without_newline_is_there_after_a_step(debug: Debug) -> None:
    session = debug.stopped("print('a', end='')  # @here!\nprint('b', end='')\nx = 1\n")
    session.over()
    assert session.client.output("stdout") == "a"
    session.over()
    assert session.client.output("stdout") == "ab"


def test_the_last_words_are_not_lost(debug: Debug) -> None:
    session = debug.ran("import sys, atexit\natexit.register(print, 'exit', end='')\nsys.stdout.write('last ')\n")
    assert session.client.output("stdout") == "last exit"


def test_bytes_that_are_no_text(debug: Debug) -> None:
    session = debug.ran("import sys\nsys.stdout.buffer.write(b'a\\xffb\\n')\nsys.stdout.flush()\nprint('\\N{GRINNING FACE} é')\n")
    assert session.client.output("stdout") == "a\N{REPLACEMENT CHARACTER}b\n\N{GRINNING FACE} é\n"


def test_a_character_written_in_pieces(debug: Debug) -> None:
    text = "import os\nfor byte in 'é€\\N{GRINNING FACE}\\n'.encode():\n    os.write(1, bytes([byte]))\n"
    assert debug.ran(text).client.output("stdout") == "é€\N{GRINNING FACE}\n"


def test_lone_surrogates_end_nothing(debug: Debug) -> None:
    session = debug.ran("print(ascii('\\ud800'))\nx = '\\ud800'\n")
    assert session.client.output("stdout") == "'\\ud800'\n"


def test_lone_surrogates_in_a_value(debug: Debug) -> None:
    session = debug.stopped("x = '\\ud800'\na = 1  # @here!\n")
    assert session.locals()["x"]["value"] == "'\\ud800'"


def test_output_of_a_condition_and_of_a_watch(debug: Debug) -> None:
    """What a watch prints belongs to its throw-away clone; what the console prints belongs to the user."""
    session = debug.stopped("def say(text):\n    print(text)\n    return text\na = 1  # @here!\n")
    session.value("say('watched')")
    session.value("say('typed')", "repl")
    session.finish()
    assert "watched" not in session.client.output("stdout")
    assert "typed" in session.client.output("stdout", "console")


def test_print_to_a_closed_stdout(debug: Debug) -> None:
    session = debug.start("import sys\nsys.stdout.close()\nsys.stderr.write('still here\\n')\n")
    session.finish()
    assert "still here" in session.client.output("stderr")


def test_endless_output_can_be_paused_and_ended(debug: Debug) -> None:
    session = debug.start("n = 0\nwhile True:\n    n += 1\n    print('x' * 100)\n")
    session.client.event("output")
    session.client.request("pause", threadId=1)
    assert session.stop().reason == "pause"
    session.resume("continue")
    session.client.request("terminate")
    session.client.event("terminated")


def places(debug: Debug, text: str) -> list[tuple[str, str, int]]:
    """What of stderr leads to which line: its first line, the file's name, the line's number."""
    said = debug.ran(text).client.events("output")
    return [
        (b["output"].splitlines()[0].strip(), b["source"]["name"], b["line"]) for b in said if b["category"] == "stderr" and "source" in b
    ]


def test_each_entry_of_a_traceback_leads_to_its_line(debug: Debug) -> None:
    path = debug.folder / "prog.py"
    entries = [(f'File "{path}", line 3, in <module>', "prog.py", 3), (f'File "{path}", line 2, in fail', "prog.py", 2)]
    assert places(debug, "def fail():\n    raise ValueError('no')\nfail()\n") == entries


def test_entries_in_an_exception_group(debug: Debug) -> None:
    text = "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    caught = error\nraise ExceptionGroup('all', [caught])\n"
    assert [line for _, _, line in places(debug, text)] == [5, 2]


def test_entries_of_an_effect_traceback(debug: Debug) -> None:
    text = (
        "from sandstep.effects import Ask, do, run\n"
        "@do\ndef main():\n    town = yield Ask('town')\n    raise LookupError(town)\nrun(main(), env={'town': 'Ulm'})\n"
    )
    assert places(debug, text) == [("main()  prog.py:4", "prog.py", 4), ("main()  prog.py:5", "prog.py", 5)]


def test_what_only_looks_like_an_entry_leads_nowhere(debug: Debug) -> None:
    lines = ['  File "/no/such/file.py", line 7, in x', "  see other.py:3", f'  File "/", line {"9" * 5000}']
    text = f"import sys\nsys.stderr.write({chr(10).join(lines)!r})\n"
    assert [line for _, _, line in places(debug, text)] == [2]
