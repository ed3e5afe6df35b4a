"""Calls that cannot work in the sandbox: threads, processes, the network, and functions of `os` and others that are not there."""

from collections.abc import Iterator

from tree_sitter import Node

from ..findings import Finding
from ..image_facts import ImageFacts
from ..model import Call
from ..syntax import text_of
from .context import Context, expected

_THREADS = {
    "threading.Thread", "threading.Timer", "_thread.start_new_thread", "asyncio.to_thread", "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.thread.ThreadPoolExecutor", "socketserver.ThreadingTCPServer", "http.server.ThreadingHTTPServer",
}  # fmt: skip
_STARTED = {"threading.Thread", "threading.Timer"}
"""Making one is harmless: it is the start that fails."""
_PROCESSES = {
    *(f"subprocess.{name}" for name in ("run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput")),
    *(f"os.{name}" for name in ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "wait", "waitpid", "kill", "killpg")),
    *(f"os.exec{end}" for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(f"os.spawn{end}" for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_exec",
    "concurrent.futures.ProcessPoolExecutor", "concurrent.futures.InterpreterPoolExecutor", "pty.spawn",
}  # fmt: skip
_NETWORK = {
    *(f"socket.{name}" for name in ("socket", "create_connection", "create_server", "socketpair", "getaddrinfo", "gethostbyname",
                                    "gethostbyaddr", "gethostbyname_ex", "getfqdn")),
    *(f"asyncio.{name}" for name in ("open_connection", "start_server", "open_unix_connection", "start_unix_server")),
    "urllib.request.urlopen", "urllib.request.urlretrieve", "http.client.HTTPConnection", "http.client.HTTPSConnection",
    "http.server.HTTPServer", "socketserver.TCPServer", "socketserver.UDPServer", "smtplib.SMTP", "smtplib.SMTP_SSL", "ftplib.FTP",
    "ftplib.FTP_TLS", "poplib.POP3", "poplib.POP3_SSL", "imaplib.IMAP4", "imaplib.IMAP4_SSL", "xmlrpc.client.ServerProxy",
}  # fmt: skip
_NETWORK -= {"socket.getfqdn", "socket.gethostbyaddr"}  # they answer something without a network
_CONNECTS_IF_TOLD = {"smtplib.SMTP", "ftplib.FTP", "http.server.ThreadingHTTPServer"}
_SAFE_URLS = ("data:", "file:")
_SENTENCES = {
    "no-threads": "`{name}` starts a thread, and the sandbox has none: use asyncio tasks, or effects with Spawn and Gather.",
    "no-processes": "`{name}` needs processes, and the sandbox has none: let a callback of the host do it.",
    "no-network": "`{name}` needs the network, and the sandbox has none: let a callback of the host speak with it.",
}
_ERRORS = {
    "no-threads": ("RuntimeError",),
    "no-processes": ("OSError", "AttributeError", "NotImplementedError", "RuntimeError", "SubprocessError"),
    "no-network": ("OSError", "PermissionError", "gaierror", "URLError", "error", "IOError", "EnvironmentError"),
}


def check(context: Context) -> Iterator[Finding]:
    """`no-threads`, `no-processes`, `no-network` and `missing-name`."""
    image = context.project.image
    if not context.in_sandbox or image is None:
        return
    for part, call, name in context.outside:
        if "." not in name:
            continue
        code = "no-threads" if name in _THREADS else "no-processes" if name in _PROCESSES else "no-network" if name in _NETWORK else ""
        if code:
            if not expected(call.guarded, *_ERRORS[code]) and _happens(context, part, call, name):
                yield Finding(code, call.span, _SENTENCES[code].format(name=call.callee))
        else:
            yield from _missing(image, call, name)


def _happens(context: Context, part: int, call: Call, name: str) -> bool:
    if name in _STARTED:
        return _is_started(context, part, call)
    given = [each for each in call.arguments if each.name in ("", "host", "url", "*")]
    if name in _CONNECTS_IF_TOLD:
        return bool(given)
    if name.startswith("urllib.request.url"):
        return not (given and given[0].value.kind == "str" and given[0].value.text.startswith(_SAFE_URLS))
    return True


def _is_started(context: Context, part: int, call: Call) -> bool:
    """Whether something in the same statement of the module is started, or this call's own value is."""
    node = context.document.node_of(call.span, "call")
    if node is not None and _chained(node) == "start":
        return True
    return any(each.callee.endswith(".start") and not each.arguments for each in context.view.parts[part].calls) or (
        call.scope == -1 and any(each.call.callee == f"{call.target}.start" for each in context.view.calls() if call.target)
    )


def _chained(node: Node) -> str:
    """The method that is called on what a call answers."""
    parent = node.parent
    if parent is None or parent.type != "attribute" or parent.parent is None or parent.parent.type != "call":
        return ""
    return text_of(parent.child_by_field_name("attribute"))


def _missing(image: ImageFacts, call: Call, name: str) -> Iterator[Finding]:
    module, _, attribute = name.rpartition(".")
    names = image.attributes.get(module)
    if names is None or attribute in names or "__getattr__" in names or expected(call.guarded, "if", "AttributeError"):
        return
    yield Finding("missing-name", call.callee_span, f"`{name}` is not there in the sandbox: do without it, or ask `hasattr` first.")
