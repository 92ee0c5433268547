"""Results on stdout while the run goes on: they are written when they come, and not kept for it."""

from collections.abc import Callable, Iterable

from judge.report import Report, RunHead, SubmissionResult
from judge.reporters.base import StreamReporter
from judge.run.progress import Progress, Silent


class Stream(Silent):
    """Writes the head and a line a result as it hears of them."""

    def __init__(self, reporter: StreamReporter, write: Callable[[str], None]) -> None:
        self.reporter = reporter
        self.write = write
        self.begun = False

    def opened(self, head: RunHead) -> None:
        """The first line."""
        self.begun = True
        self.write(self.reporter.head(head))

    def finished(self, result: SubmissionResult) -> None:
        """One more line."""
        self.write(self.reporter.line(result))

    def rest(self, report: Report) -> Iterable[str]:
        """What is still to be written in the end: everything where the run never began."""
        return (self.reporter.tail(report),) if self.begun else self.reporter.parts(report)


class Both:
    """Two that want to hear of a run."""

    def __init__(self, first: Progress, second: Progress) -> None:
        self.all = (first, second)

    def note(self, message: str) -> None:
        """To both."""
        for progress in self.all:
            progress.note(message)

    def opened(self, head: RunHead) -> None:
        """To both."""
        for progress in self.all:
            progress.opened(head)

    def started(self, total: int) -> None:
        """To both."""
        for progress in self.all:
            progress.started(total)

    def finished(self, result: SubmissionResult) -> None:
        """To both."""
        for progress in self.all:
            progress.finished(result)

    def close(self) -> None:
        """To both."""
        for progress in self.all:
            progress.close()
