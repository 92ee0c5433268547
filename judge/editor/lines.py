"""A document's lines, and places in them as the editor counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lsprotocol.types import Position, Range
from pygls.workspace import PositionCodec


def lines_of(text: str) -> tuple[str, ...]:
    r"""As Python and the protocol number them: "\n", "\r\n" and "\r" end one, and nothing else does."""
    return tuple(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of one text.

    Attributes:
        codec: how many units a character has in the encoding of positions that the editor chose.
    """

    lines: tuple[str, ...]
    codec: PositionCodec

    def position(self, line: int, column: int) -> Position:
        """A place that is counted from 1, in characters; the nearest that there is."""
        at = min(max(line, 1), len(self.lines)) - 1
        before = self.lines[at][: max(column - 1, 0)]
        return Position(line=at, character=self.codec.client_num_units(before))

    def range(
        self, line: int, column: int | None = None, end_line: int | None = None, end_column: int | None = None
    ) -> Range:
        """A part of the text, counted so; what isn't known of it is where the code of its lines ends."""
        line = min(max(line, 1), len(self.lines))
        last = min(max(end_line or line, line), len(self.lines))
        text, last_text = self.lines[line - 1], self.lines[last - 1].rstrip()
        begin = column if column and column <= len(text) else len(text) - len(text.lstrip()) + 1
        end = end_column if end_column and end_column <= len(last_text) + 1 else len(last_text) + 1
        if (last, end) <= (line, begin):
            end = len(last_text) + 1
        return Range(start=self.position(line, begin), end=self.position(last, max(end, 1)))

    def definition(self, name: str) -> int:
        """The line that defines a function, counted from 1; the first one where none does."""
        begin = re.compile(rf"\s*(?:async\s+)?def\s+{re.escape(name)}\b")
        return next((number for number, line in enumerate(self.lines, start=1) if begin.match(line)), 1)


def unchanged(before: Sequence[str], after: Sequence[str]) -> Mapping[int, int]:
    """Lines at which nothing was changed: where they were → where they are, both from 1.

    These are the lines above and below of all that was changed.
    """
    shorter = min(len(before), len(after))
    above = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    left = shorter - above
    below = next((at for at in range(left) if before[-1 - at] != after[-1 - at]), left)
    kept = {number: number for number in range(1, above + 1)}
    kept.update((len(before) - at, len(after) - at) for at in range(below))
    return kept
