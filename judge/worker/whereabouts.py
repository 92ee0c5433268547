"""Where a submission is when it has taken long: told on stderr, while it goes on.

A thread of ours looks at the stacks as Python code does, with the interpreter's lock. `faulthandler`'s own
watchdog needs no lock, reads frames while they change, and ends the process by SIGSEGV over it: seen in every
second run of a program that traces for long (CPython 3.11). Only where no lock is to be had for long, since C
code holds it (`sum(range(10**10))`) and no frame changes, a timer's signal has `faulthandler` tell of the one
thread that is in its hands.
"""

import _thread
import faulthandler
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

STDERR = 2
SENTENCE = "judge: at line %d\n"  # judge.sandbox.talking.running_line finds it
PATIENCE = 1.5  # times as long, and no thread of ours had its turn: so late, since this look can do harm, too


@contextmanager
def whereabouts(after: float, file: str) -> Iterator[None]:
    """Have the line of this file written down that runs when this has taken so many seconds."""
    over, telling, asker = _thread.allocate_lock(), _thread.allocate_lock(), _thread.get_ident()
    over.acquire()

    def look() -> None:
        if over.acquire(timeout=after):
            return
        with telling, suppress(Exception):  # without it a broken time limit is told without a line
            if not over.locked():
                return
            _have_signal(0)
            line = innermost(asker, file)
            if line is not None:
                os.write(STDERR, (SENTENCE % line).encode())

    with suppress(RuntimeError):  # no more threads are to be had
        _thread.start_new_thread(look, ())
        _have_signal(PATIENCE * after)
    try:
        yield
    finally:
        with telling:  # what is told belongs to this, and to nothing that comes after
            over.release()
        _have_signal(0)


def _have_signal(seconds: float) -> None:
    """After so long, the stack of the thread that a signal comes to is written down; 0 for never."""
    with suppress(ValueError, OSError, RuntimeError):  # as above
        faulthandler.register(signal.SIGALRM, file=STDERR, all_threads=False)  # stays: it may be on its way
        signal.setitimer(signal.ITIMER_REAL, seconds)


def innermost(thread: int, file: str) -> int | None:
    """The innermost line of the file in this thread, or in another one where that one is not in it."""
    frames = sys._current_frames()  # noqa: SLF001 - documented, in spite of its name
    for frame in (frames.pop(thread, None), *frames.values()):
        line = _line(frame, file)
        if line is not None:
            return line
    return None


def _line(frame: FrameType | None, file: str) -> int | None:
    while frame is not None:
        if frame.f_code.co_filename == file and frame.f_lineno:
            return frame.f_lineno
        frame = frame.f_back
    return None
