"""Ctrl-C, and what a CI service sends to a run that it cancels: once to end it, and what is finished is kept.

One press often comes twice: `timeout` signals its command and then the command's group, a terminal all of a
group, whose first process passes it on. A service sends SIGINT, and SIGTERM some seconds later. By then the
run ends its workers and writes its reports, and neither may be lost over it.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import FrameType

SAME_PRESS = 1.0  # s: what comes so soon after another is the same one, passed on
PATIENCE = 3  # presses: whoever presses so often wants it to end at once
ENDING = b"note: ending the workers and writing what there is; once more ends without\n"


class Interrupts:
    """What was heard of them; the first raises KeyboardInterrupt where the program is."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last = 0.0
        self.presses = 0

    def heard(self, number: int, frame: FrameType | None) -> None:
        """One came: a signal handler.

        Raises:
            KeyboardInterrupt: it is the first, or whoever sends it has lost patience.
        """
        last, self._last = self._last, self._clock()
        if self.presses and self._last - last < SAME_PRESS:
            return
        self.presses += 1
        if self.presses in {1, PATIENCE}:
            signal.default_int_handler(number, frame)
        if self.presses < PATIENCE:
            with suppress(OSError):  # not through sys.stderr: it may be what was interrupted
                os.write(2, ENDING)


_interrupts = Interrupts()


def listen() -> None:
    """From here on; a signal that somebody handles or ignores already is left to them."""
    with suppress(ValueError):  # not in the main thread
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _interrupts.heard)
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _interrupts.heard)


def were_heard() -> bool:
    """Whether there was one: libraries turn it into errors of their own, numpy while it is imported."""
    return _interrupts.presses > 0
