"""The command line of `sandstep`, but for `sandstep dap`, which must not wait for what this imports."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

import click
from sandstep.sandbox import options
from sandstep.sandbox.cache import ImageError
from sandstep.sandbox.messages import Launch, Trace

if TYPE_CHECKING:
    from sandstep.sandbox.watching import Watcher


class _ProgramCommand(click.Command):
    """A command whose options end where the program begins, as `python`'s do: what follows is the program's own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for place, argument in enumerate(args):
            if argument in ("-m", "-c"):
                args = [*args[: place + 2], "--", *args[place + 2 :]]
                break
            if argument == "--":
                break
        return super().parse_args(ctx, args)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="sandstep", prog_name="sandstep")
def sandstep() -> None:
    """Step through Python in its sandbox.

    Runs Python programs in a WebAssembly sandbox, where they see only what you grant, and debugs them for every editor that speaks
    the Debug Adapter Protocol.
    """


def _program_options(command: Callable[..., int]) -> Callable[..., int]:
    """What `run` and `profile` share: which program, and what it may use."""
    for option in reversed((
        click.option("-m", "module", metavar="MODULE", help="Run a module, as `python -m` does; the current folder is granted."),
        click.option("-c", "code", metavar="CODE", help="Run this code. It is granted no folder."),
        click.option("--packages", metavar="DIR", multiple=True, help="A folder of pure-Python packages that it may import. Repeatable."),
        click.option("--mount", "mounts", metavar="DIR[:AS][:rw]", multiple=True, help="A folder to read, with :rw to write. Repeatable."),
        click.option("--env", metavar="NAME=VALUE", multiple=True, help="A variable of its environment, empty otherwise. Repeatable."),
        click.option("--memory", metavar="SIZE", help="The most memory that the program may use, as 256MiB."),
        click.option("--callbacks", metavar="FILE", help="A Python file of yours: the program may call what it marks with @callback."),
        click.option("--time", metavar="SECONDS", type=float, help="The longest that the program may run."),
        click.argument("program", required=False),
        click.argument("args", nargs=-1, type=click.UNPROCESSED),
    )):  # fmt: skip
        command = option(command)
    return command


def _launch(
    module: str | None, code: str | None, packages: tuple[str, ...], mounts: tuple[str, ...], env: tuple[str, ...], memory: str | None,
    time: float | None, program: str | None, args: tuple[str, ...],
) -> Launch:  # fmt: skip
    if module is not None or code is not None:
        args = (*([program] if program is not None else []), *args)
        program = None
    if program is None and module is None and code is None:
        name = click.get_current_context().info_name
        raise click.UsageError(f"Name a program: sandstep {name} PROGRAM, sandstep {name} -m MODULE, or sandstep {name} -c CODE.")
    target = options.Target(program, module, code)
    return options.launch(target, args, options.Grants(mounts, packages, options.parse_env(env), memory, time), inherit=True)


def _written(path: str, option: str) -> TextIO:
    try:
        return open(path, "w", encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}.", param_hint=option) from None


_PROGRAM: dict[str, Any] = {"cls": _ProgramCommand, "context_settings": {"ignore_unknown_options": False, "allow_interspersed_args": False}}


@sandstep.command(**_PROGRAM)
@click.option("--trace", metavar="FILE", help="Write what the program does to this file: each line, call, return, exception and task.")
@click.option(
    "--trace-format", type=click.Choice(["jsonl", "perfetto"]), default="jsonl", help="How: one JSON object a line, or for Perfetto."
)
@click.option("--trace-locals", is_flag=True, help="Trace the names and values of each line as well.")
@click.option("--trace-internal", is_flag=True, help="Trace the library's code as well, and functions whose name begins with _.")
@click.option("--progress", is_flag=True, help="Show the line that runs, lines a second and the number of tasks on stderr.")
@_program_options
def run(
    trace: str | None, trace_format: str, trace_locals: bool, trace_internal: bool, progress: bool, callbacks: str | None, **program: Any
) -> int:
    """Run PROGRAM in the sandbox with ARGS.

    Output, input, exit status and tracebacks are as with `python PROGRAM ARGS`. The program may read its own folder, and nothing else
    that you do not grant; it has no network.
    """
    if trace is not None and progress:
        raise click.UsageError("Give one of --trace and --progress: a trace tells more than the progress does.")
    launch = _launch(**program)
    _ensure_image()
    if progress:
        from sandstep.sandbox import progress as looks
        from sandstep.sandbox.watching import ShowProgress

        return _run(launch._replace(progress=looks.EVERY), ShowProgress(), callbacks)
    if trace is None:
        return _run(launch, None, callbacks)
    from sandstep.sandbox.trace_files import FORMATS
    from sandstep.sandbox.watching import Tracing

    with _written(trace, "--trace") as file:
        return _run(launch._replace(trace=Trace(trace_locals, trace_internal)), Tracing(FORMATS[trace_format](file)), callbacks)


def _run(launch: Launch, watcher: "Watcher | None", callbacks: str | None) -> int:
    from sandstep.sandbox import run as runner

    if callbacks is None:
        return runner.run(launch, watcher)
    from sandstep.sandbox.callback_process import CallbackProcess

    process = CallbackProcess(callbacks)
    try:
        return runner.run(launch._replace(callbacks=process.offers()), watcher, process)
    finally:
        process.close()


@sandstep.command(**_PROGRAM)
@click.option("--flame", metavar="FILE", help="Write a flame graph to this file, for speedscope.app.")
@click.option("--rows", type=click.IntRange(1), default=15, help="So many rows of each table.")
@_program_options
def profile(flame: str | None, rows: int, callbacks: str | None, **program: Any) -> int:
    """Run PROGRAM in the sandbox, and say on stderr where its time went: by line and by function."""
    from sandstep.profile_table import show
    from sandstep.sandbox.profile import Profile
    from sandstep.sandbox.watching import Tracing

    launch = _launch(**program)
    _ensure_image()
    profile = Profile()
    status = _run(launch._replace(trace=Trace()), Tracing(profile), callbacks)
    show(profile, rows)
    if flame is not None:
        with _written(flame, "--flame") as file:
            profile.write_speedscope(file)
    return status


@sandstep.command()
@click.option("--listen", metavar="HOST:PORT", help="Serve clients over TCP on a loopback address, one after the other; port 0 picks one.")
@click.option("--log", metavar="FILE", help="Write the messages to this file.")
def dap(listen: str | None, log: str | None) -> None:
    """Debug for an editor, by the Debug Adapter Protocol over stdio or TCP.

    With --listen one line of JSON on stdout gives host, port and token; clients give the token in `launch` or `attach`.
    """
    raise AssertionError("sandstep.cli runs this command without click")


@sandstep.command()
@click.option("--listen", metavar="HOST:PORT", help="Serve editors over TCP on a loopback address; port 0 picks one.")
def lsp(listen: str | None) -> int:
    """Tell an editor what the sandbox and effects mean for its Python files, by the Language Server Protocol over stdio or TCP.

    With --listen one line of JSON on stdout gives host, port and token; clients give the token in `initializationOptions`.
    """
    import gc

    gc.disable()  # nothing that is loaded now will ever be garbage
    from sandstep.lsp.command import serve

    gc.freeze()
    gc.enable()
    return serve(listen)


@sandstep.group()
def image() -> None:
    """The sandbox's Python: built once for each version, kept in your cache."""


@image.command()
def info() -> None:
    """Say where the image is, and whether it is ready."""
    _print_info()


@image.command()
@click.option("--force", is_flag=True, help="Build it again, even if it is there.")
@click.option("--quiet", is_flag=True, help="Say nothing if it is there already.")
@click.option("--json", "as_json", is_flag=True, help="For programs: say how far it is, and where it is, by JSON objects.")
def build(force: bool, quiet: bool, as_json: bool) -> None:
    """Build the image, if it is not there."""
    if as_json:
        import json

        print(json.dumps({"image": _build_image(_print_step, force=force)}))
        return
    _ensure_image(force=force)
    if not quiet:
        _print_info()


@image.command()
def clear() -> None:
    """Remove all images from the cache."""
    from sandstep.sandbox import cache
    from sandstep.sandbox import image as images

    click.echo(f"{images.clear() / 1e6:.0f} MB freed in {cache.cache_folder()}")


def _print_info() -> None:
    from sandstep.sandbox import cache

    ready = cache.compiled()
    click.echo(f"cache      {cache.cache_folder()}")
    click.echo(f"component  {cache.component_key()} ({'this checkout' if cache.from_checkout() else 'this installation'})")
    click.echo(f"compiled   {ready.file if ready else 'not yet: run `sandstep image build`'}")
    if ready:
        how = "at no cost" if ready.runtime is not None else "by counting jumps: the interpreter is of an unknown layout"
        click.echo(f"pausing    {how}")


def _ensure_image(*, force: bool = False) -> None:
    """Builds the image if it is not there, with a progress bar on stderr."""
    from sandstep.sandbox import cache

    if not force and cache.compiled() is not None:
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from sandstep.sandbox import image as images

    usual = f"{images.BUILD.seconds + images.COMPILE.seconds:.0f} s"
    console = Console(stderr=True)
    console.print(f"The sandbox is set up for this version of Sandstep; this happens once and takes about {usual}.")
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, Any] = {}

        def report(title: str, fraction: float) -> None:
            if title not in tasks:
                tasks[title] = bar.add_task(title, total=1.0)
            bar.update(tasks[title], completed=fraction)

        _build_image(report, force=force)


def _build_image(report: Callable[[str, float], None], *, force: bool) -> str:
    """The image's file."""
    from sandstep.sandbox import image as images

    make = images.rebuild if force else images.ensure
    return make(report).file


def _print_step(title: str, fraction: float) -> None:
    """`fraction` is of that step; what is printed is of the whole."""
    import json

    from sandstep.sandbox import image as images

    whole = images.BUILD.seconds + images.COMPILE.seconds
    before, usual = (images.BUILD.seconds, images.COMPILE.seconds) if title == images.COMPILE.title else (0.0, images.BUILD.seconds)
    print(json.dumps({"title": title, "fraction": round((before + usual * fraction) / whole, 3)}), flush=True)


def main(arguments: list[str]) -> int:
    """Runs the command line; the exit status. Errors are one sentence on stderr."""
    try:
        status = sandstep.main(arguments, prog_name="sandstep", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except (options.OptionError, ImageError) as error:
        print(f"sandstep: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status if isinstance(status, int) else 0
