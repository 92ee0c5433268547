"""Results that have come: the first ones in memory, the others in a file until the run is over."""

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress

from judge.report import SubmissionResult

IN_MEMORY = 64  # so few that a short run needs no file


class Spool:
    """Results by number, read as often as wanted in the order of their numbers.

    The file has no name, so that it is gone with the run, and holds nothing but this process's own records.
    A result that it can't take (a full disk) stays in memory: none is lost.
    """

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._kept: dict[int, SubmissionResult] = {}
        self._places: dict[int, tuple[int, int]] = {}
        self._file: int | None = None
        self._end = 0

    def put(self, number: int, result: SubmissionResult) -> None:
        """Keep one result; its number is its place in the order. It may come twice."""
        has_room = number in self._kept or len(self._kept) < self._in_memory
        if has_room or not self._written(number, result):
            self._kept[number] = result

    def _written(self, number: int, result: SubmissionResult) -> bool:
        with suppress(OSError):
            if self._file is None:
                self._file = _unnamed_file()
                weakref.finalize(self, os.close, self._file)
            data = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
            if os.pwrite(self._file, data, self._end) == len(data):
                self._places[number] = (self._end, len(data))
                self._end += len(data)
                return True
        return False

    def __len__(self) -> int:
        """How many have come."""
        return len(self._kept) + len(self._places)

    def __iter__(self) -> Iterator[SubmissionResult]:
        """All that have come, in order."""
        for number in sorted((*self._kept, *self._places)):
            yield self._kept[number] if number in self._kept else self._read(number)

    def _read(self, number: int) -> SubmissionResult:
        place, size = self._places[number]
        if self._file is None:
            raise KeyError(number)
        data = os.pread(self._file, size, place)
        result: SubmissionResult = pickle.loads(data)  # noqa: S301 - this process wrote it, into a file that no other can open
        return result


def _unnamed_file() -> int:
    """A descriptor of a temporary file that has no name."""
    with tempfile.TemporaryFile(prefix="judge-results-") as file:
        return os.dup(file.fileno())
