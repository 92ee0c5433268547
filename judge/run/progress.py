"""What a run tells while it goes on, and to whom."""

import threading
from typing import Protocol

from judge.report import RunHead, SubmissionResult


class Progress(Protocol):
    """What a long run says while it goes on; called from one thread at a time."""

    def note(self, message: str) -> None:
        """One sentence about what is being done now, such as the first run's expected values."""

    def opened(self, head: RunHead) -> None:
        """The workers can be started; this is what is known of the run before its first result."""

    def started(self, total: int) -> None:
        """So many submissions are going to be judged."""

    def finished(self, result: SubmissionResult) -> None:
        """One more is done; results come as they finish, not in their final order."""

    def close(self) -> None:
        """The run is over, or was interrupted."""


class Silent:
    """Says nothing; for -q, and for who tells a part of it only."""

    def note(self, message: str) -> None:
        """Nothing."""

    def opened(self, head: RunHead) -> None:
        """Nothing."""

    def started(self, total: int) -> None:
        """Nothing."""

    def finished(self, result: SubmissionResult) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class OneAtATime:
    """Tells a progress what threads have to say, one after another."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.RLock()

    def note(self, message: str) -> None:
        """As it is."""
        with self._lock:
            self._progress.note(message)

    def opened(self, head: RunHead) -> None:
        """As it is."""
        with self._lock:
            self._progress.opened(head)

    def started(self, total: int) -> None:
        """As it is."""
        with self._lock:
            self._progress.started(total)

    def finished(self, result: SubmissionResult) -> None:
        """As it is."""
        with self._lock:
            self._progress.finished(result)

    def close(self) -> None:
        """As it is."""
        with self._lock:
            self._progress.close()
