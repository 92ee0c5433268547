"""Text that is longer than the terminal goes through the user's pager, as git does it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from judge.commands.terminal.stdout import write

# As git sets them for those who haven't: less ends by itself when the text fits, shows colours, and leaves
# the text on the screen.
_SETTINGS = {"LESS": "FRX", "LV": "-c"}
_NOT_STARTED = (126, 127)  # what a shell says of a command that can't be run, or isn't there


def pager(environ: Mapping[str, str]) -> str | None:
    """The command line of $PAGER, or less where it is unset; None for none: `PAGER=` and `PAGER=cat` too."""
    if environ.get("TERM", "dumb") == "dumb":
        return None
    command = environ.get("PAGER", "less" if shutil.which("less") else "")
    return None if command.strip() in ("", "cat") else command


def is_long(text: str, rows: int) -> bool:
    """Whether the text and the prompt after it take more than the terminal's rows."""
    return text.count("\n") >= rows


def page(text: str) -> None:
    """Show text in the user's pager where stdout is a terminal that it doesn't fit, otherwise write it.

    The keyboard has to be a terminal as well: a pager listens to it.
    """
    command = pager(os.environ)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    rows = shutil.get_terminal_size().lines
    if not terminal or command is None or not is_long(text, rows) or not _paged(command, text):
        write(text)


def _paged(command: str, text: str) -> bool:
    """Whether the pager could be started; one that is left early has shown enough."""
    sys.stdout.flush()
    with _without_interrupts():
        try:
            process = subprocess.Popen(  # noqa: S602 -- $PAGER is the user's own command line
                command,
                shell=True,
                stdin=subprocess.PIPE,
                env={**_SETTINGS, **os.environ},
            )
        except OSError:
            return False
        with suppress(BrokenPipeError):
            process.communicate(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
        return process.wait() not in _NOT_STARTED


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C is the pager's from its start on: less stops searching, and stays.

    Heard and not ignored: what is ignored stays so in a program that is started.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
