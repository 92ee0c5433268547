"""Text to stdout."""

import os
import sys


def write(text: str) -> None:
    """To stdout; a reader that has gone away (`| head`) doesn't change how the command ends."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # The interpreter flushes once more when it exits, and would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise
