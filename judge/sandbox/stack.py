"""Where a worker was when it had taken long: what it wrote to its stderr, read and taken out."""

import re

from judge.problem.model import Limits

PART = 0.45  # of a time limit; after half of it two busy cores may have used up cpu_s
SENTENCE = re.compile(rb"judge: at line (?P<line>[1-9]\d{0,6})\n")  # judge.worker.whereabouts writes it


def when(limits: Limits) -> float:
    """Seconds after which a worker is to write down where it is."""
    return PART * min(limits.wall_s, limits.cpu_s)


def take(text: bytearray, start: int) -> int | None:
    """Take what was written out of a stream's text.

    Args:
        start: where in the text the question began.

    Returns:
        The submission's line, None where there is none.
    """
    found = SENTENCE.search(text, start)
    if found is None:
        return None
    line = int(found["line"])
    del text[found.start() : found.end()]
    return line
