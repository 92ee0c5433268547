"""Where a worker was when it had taken long: what it wrote to its stderr, read and taken out."""

import re

from judge.problem.model import Limits

PART = 0.45  # of a time limit; after half of it two busy cores may have used up cpu_s
SENTENCE = re.compile(rb"judge: at line (?P<line>[1-9]\d{0,6})\n")  # judge.worker.whereabouts writes it
DUMP = re.compile(rb"Stack \(most recent call first\):\n(?:  .*\n)*")  # or `faulthandler` does, for it
FRAME = re.compile(rb'^  File "(?P<file>.*)", line (?P<line>[1-9]\d{0,6}) in ', re.MULTILINE)


def when(limits: Limits) -> float:
    """Seconds after which a worker is to write down where it is."""
    return PART * min(limits.wall_s, limits.cpu_s)


def take(text: bytearray, start: int, folder: str) -> int | None:
    """Take what was written out of a stream's text.

    Args:
        start: where in the text the question began.
        folder: that the submission is compiled as a file of.

    Returns:
        The submission's innermost line, None where there is none.
    """
    found = SENTENCE.search(text, start)
    if found is not None:
        line: int | None = int(found["line"])
    else:
        found = DUMP.search(text, start)
        if found is None:
            return None
        inside = f"{folder}/".encode()
        own = (frame for frame in FRAME.finditer(found[0]) if frame["file"].startswith(inside))
        line = next((int(frame["line"]) for frame in own), None)
    begin, end = found.span()
    del found  # it holds the text as it is
    del text[begin:end]
    return line
