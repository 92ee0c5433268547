"""Files called by their names, with as many folders before them as tell them apart."""

from collections import Counter
from collections.abc import Iterable, Iterator


class ShortNames:
    """The shortest end of each path that is the end of no other one; the whole path where there is none.

    Paths are counted by their ends, so that a class of any size takes a few hundred bytes a file.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._ends = Counter(end for path in paths for end in _ends(path))

    def short(self, path: str) -> str:
        """For one of the paths that this was made with."""
        return next((end for end in _ends(path) if self._ends[end] == 1), path)


def _ends(path: str) -> Iterator[str]:
    """`c.py`, `b/c.py`, `a/b/c.py`."""
    at = len(path)
    while at >= 0:
        at = path.rfind("/", 0, at)
        if path[at + 1 :]:
            yield path[at + 1 :]
