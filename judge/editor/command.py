"""The command `judge lsp`. What it needs it imports when it runs."""

import os
import signal
import sys
from collections.abc import Callable
from importlib.util import find_spec
from types import FrameType
from typing import BinaryIO

import click

from judge.commands.options.every_command import JudgeCommand, settings
from judge.commands.options.help_texts import LSP_HELP

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@click.command(cls=JudgeCommand, help=LSP_HELP, short_help="Judge in an editor, as a language server.")
@click.option("--stdio", is_flag=True, hidden=True, help="What editors may add; there is no other way.")
def lsp(*, stdio: bool) -> int:  # noqa: ARG001 -- see its help
    """Judge in an editor, as a language server."""
    from judge.errors import MissingExtra  # noqa: PLC0415 -- see the module's docstring
    from judge.paths import cache_dir, install_advice  # noqa: PLC0415 -- as above

    if find_spec("pygls") is None:
        raise MissingExtra(f"`judge lsp` needs pygls. Install it with: {install_advice('editor')}")
    from judge.commands.inputs.find_problem import root_folder  # noqa: PLC0415 -- as above
    from judge.commands.run import check_installed  # noqa: PLC0415 -- as above
    from judge.editor.server import JudgeServer  # noqa: PLC0415 -- an extra

    check_installed()
    given = settings().root
    server = JudgeServer(None if given is None else root_folder(given), cache_dir() / "pages")
    asked, told = _own_streams()
    _listen(server.desk.close)
    try:
        server.start_io(asked, told)
    finally:
        server.desk.close()
    return 0 if server.ended_in_order else 1


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout for the protocol alone: nothing else reads the one, what prints goes to stderr."""
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 -- a device
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return asked, told


def _listen(close: Callable[[], None]) -> None:
    """A signal ends the workers, then this process: a thread that waits for the editor can't be ended."""

    def end(number: int, _: FrameType | None) -> None:
        for one in ENDING:
            signal.signal(one, signal.SIG_IGN)
        close()
        os._exit(128 + number)

    for number in ENDING:
        signal.signal(number, end)
