"""What a worker prints, as far as it is kept."""

import math
import time
from dataclasses import dataclass, field

from judge.sandbox.stack import BEGIN

SHOWN_BYTES = 64 * 1024  # of each stream, in reports
SPARED_BYTES = 1 << 20  # of where a hundred threads are, a hundred calls deep


@dataclass(slots=True, eq=False)
class Tape:
    """What one stream printed: the beginning is kept, the rest only counted. No tape equals another one.

    What `faulthandler` writes to it when something takes long is no print of the submission's, so it isn't
    counted: from its first words on, a megabyte at most, since nobody can tell where it ends.
    """

    kept: bytearray = field(default_factory=bytearray)
    total: int = 0
    _after: float = math.inf
    _spared: int = 0

    def spare(self, *, after: float) -> None:
        """What comes after this time (monotonic, seconds) may be no print."""
        self._after, self._spared = after, 0

    def add(self, part: bytes, *, keep: bool) -> None:
        """Count what came, and keep what there is room for."""
        self.total += len(part) - self._not_printed(part)
        if keep:
            self.kept += part[: max(SHOWN_BYTES + 1 - len(self.kept), 0)]

    def _not_printed(self, part: bytes) -> int:
        if time.monotonic() < self._after:
            return 0
        begin = 0 if self._spared else part.find(BEGIN)
        spared = 0 if begin < 0 else min(len(part) - begin, SPARED_BYTES - self._spared)
        self._spared += spared
        return spared
