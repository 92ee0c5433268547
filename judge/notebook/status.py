"""What is said while somebody waits in a cell, and taken away when there is something better to read."""

import sys
from typing import Any, Self


class Status:
    """One line below the cell, or on the terminal; use it as a context.

    Args:
        shell: IPython's, which knows where it shows things.
        quiet: say nothing.
    """

    def __init__(self, shell: Any, *, quiet: bool = False) -> None:  # noqa: ANN401 -- IPython's, an extra without types here
        self._in_cell = hasattr(shell, "kernel")
        self._quiet = quiet
        self._handle: Any = None
        self._said = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            self._handle.update(_line(""))
        elif self._said and not self._in_cell and sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def say(self, sentence: str) -> None:
        """Show it in the place of the one before."""
        if self._quiet:
            return
        self._said = True
        if not self._in_cell:
            terminal = sys.stderr.isatty()
            sys.stderr.write(f"\r\x1b[K{sentence}" if terminal else f"{sentence}\n")
            sys.stderr.flush()
        elif self._handle is None:
            from IPython.display import display  # noqa: PLC0415 -- an extra

            self._handle = display(_line(sentence), display_id=True)
        else:
            self._handle.update(_line(sentence))


def _line(sentence: str) -> Any:  # noqa: ANN401 -- IPython's
    from IPython.display import Pretty  # noqa: PLC0415 -- an extra

    return Pretty(sentence)
