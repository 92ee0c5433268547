"""Open documents, and what is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from judge.editor.judges import Room
from judge.editor.lines import Lines, unchanged
from judge.editor.values import Sizes, axes
from judge.problem.model import Problem
from judge.report import SubmissionResult


class Timer(Protocol):
    """What will happen later."""

    def cancel(self) -> None:
        """It won't."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A text that was judged, and what came of it.

    Attributes:
        pages: where the pages of its findings are.
    """

    text: str
    lines: Lines
    problem: Problem
    result: SubmissionResult
    pages: Mapping[str, str]

    @cached_property
    def sizes(self) -> Sizes:
        """What sizes are called."""
        return axes(self.problem, self.result.flow.listing)


@dataclass(slots=True, kw_only=True)
class Document:
    """One open document.

    Attributes:
        turn: grows with every change and whenever it is begun anew: what was begun before is outdated.
        timer: will have it judged. running: the text that is being judged.
        place: where it is judged, and what it is called there.
        seen: the last text that was judged; read: the last whose program could be read.
        is_marked: the editor shows something of it. status: what was said of it last.
    """

    uri: str
    version: int
    text: str
    turn: int = 0
    timer: Timer | None = None
    running: str | None = None
    place: tuple[Room, str] | None = None
    seen: Seen | None = None
    read: Seen | None = None
    is_marked: bool = False
    status: str = ""
    _kept: tuple[object, str, Mapping[int, int]] | None = field(default=None, repr=False)

    def kept(self, lines: Lines) -> Mapping[int, int]:
        """The lines of what was read last that are in the text of now as they were → where they are."""
        if self.read is None:
            return {}
        if self._kept is None or self._kept[0] is not self.read or self._kept[1] != self.text:
            self._kept = (self.read, self.text, unchanged(self.read.lines.lines, lines.lines))
        return self._kept[2]

    def stop_timer(self) -> None:
        """What was to be done later isn't."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
