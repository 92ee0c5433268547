"""Where a worker was when it had taken long: what `faulthandler` wrote to its stderr, read and taken out."""

import re

from judge.problem.model import Limits

PART = 0.45  # of a time limit; after half of it two busy cores may have used up cpu_s
BEGIN = b"Timeout (0:"
DUMP = re.compile(rb"Timeout \(\d+:\d\d:\d\d(?:\.\d+)?\)!\n(?:Thread 0x[0-9a-f]+ .*\n(?:  .*\n)*\n?)+")
THREAD = re.compile(rb"\n\n")
FRAME = re.compile(rb'^  File "(?P<file>.*)", line (?P<line>\d{1,7}) in ', re.MULTILINE)


def when(limits: Limits) -> float:
    """Seconds after which a worker is to write down where it is."""
    return PART * min(limits.wall_s, limits.cpu_s)


def take(text: bytearray, start: int, folder: str) -> int | None:
    """Take what was written out of a stream's text.

    Args:
        start: where in the text the question began.
        folder: that the submission is compiled as a file of.

    Returns:
        The submission's innermost line in the main thread, or in another where that one is not in it, None
        where there is none.
    """
    found = DUMP.search(text, start)
    if found is None:
        return None
    dump = bytes(found[0])
    del text[found.start() : found.end()]
    inside = f"{folder}/".encode()
    for thread in reversed(THREAD.split(dump)):  # the main one comes last
        for frame in FRAME.finditer(thread):
            if frame["file"].startswith(inside) and int(frame["line"]) > 0:
                return int(frame["line"])
    return None
