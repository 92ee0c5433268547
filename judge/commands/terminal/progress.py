"""What a run says on stderr while it goes on."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from judge.report import SubmissionResult
from judge.run.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


EVERY = 10.0  # s


class Notes(Silent):
    """Says its notes, a line each, and now and then how far it is: for logs and pipes."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = monotonic) -> None:
        self.say = say
        self.clock = clock
        self.begun = self.last = clock()
        self.total = self.done = 0

    def note(self, message: str) -> None:
        """One line."""
        self.say(message)

    def started(self, total: int) -> None:
        """From here on it is counted."""
        self.begun = self.last = self.clock()
        self.total, self.done = total, 0

    def finished(self, result: SubmissionResult) -> None:  # noqa: ARG002 -- the report tells the result
        """A line every ten seconds, where more are to come."""
        self.done += 1
        now = self.clock()
        if now - self.last >= EVERY and self.done < self.total:
            self.last = now
            self.say(f"judged {self.done} of {self.total}, {now - self.begun:.0f} s")


class BarOnTerminal(Silent):
    """Notes, and for more than one submission a bar with the time that is left."""

    def __init__(self, *, color: bool) -> None:
        from rich.console import Console  # noqa: PLC0415 -- only a long run on a terminal needs it

        self.console = Console(stderr=True, no_color=not color, highlight=False, markup=False, emoji=False)
        self.bar: Bar | None = None
        self.task: TaskID | None = None

    def note(self, message: str) -> None:
        """One line, above the bar."""
        self.console.print(message, style="dim")

    def started(self, total: int) -> None:
        """Draw the bar."""
        if total <= 1:
            return
        from rich import progress as parts  # noqa: PLC0415 -- as above

        columns = (
            parts.TextColumn("judging"),
            parts.BarColumn(),
            parts.MofNCompleteColumn(),
            parts.TimeRemainingColumn(),
        )
        self.bar = parts.Progress(*columns, console=self.console, transient=True)
        self.task = self.bar.add_task("judging", total=total)
        self.bar.start()

    def finished(self, result: SubmissionResult) -> None:  # noqa: ARG002 -- the report tells the result
        """One step further."""
        if self.bar is not None and self.task is not None:
            self.bar.advance(self.task)

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None


def progress(*, quiet: bool, terminal: bool, color: bool, say: Callable[[str], None]) -> Progress:
    """The one that fits where stderr goes."""
    if quiet:
        return Silent()
    return BarOnTerminal(color=color) if terminal else Notes(say)
