"""What a run asks of results that outlive it, and tells it: which are there, which are its own to find."""

from enum import Enum, auto
from typing import Protocol

from judge.report import SubmissionResult


class Claim(Enum):
    """Whose it is to judge a submission."""

    OURS = auto()
    THEIRS = auto()  # another judge is at it, or this one, under another name
    DONE = auto()  # its result is there


class KeptResults(Protocol):
    """Results by a submission's place in the run. A thread asks one question at a time."""

    def is_there(self, number: int) -> bool:
        """Whether the result is there."""

    def claim(self, number: int) -> Claim:
        """Take a submission on, unless it is taken, or its result is there."""

    def get(self, number: int) -> SubmissionResult | None:
        """The result that is there, under this submission's own name; None where it can't be read."""

    def put(self, number: int, result: SubmissionResult) -> None:
        """Keep a result that was found out; returns when it is safe."""


class NothingKept:
    """A run whose results nobody keeps: all submissions are its own."""

    def is_there(self, number: int) -> bool:  # noqa: ARG002 - the form of the protocol
        """It never is."""
        return False

    def claim(self, number: int) -> Claim:  # noqa: ARG002 - the form of the protocol
        """It is ours."""
        return Claim.OURS

    def get(self, number: int) -> None:
        """There is none."""

    def put(self, number: int, result: SubmissionResult) -> None:
        """Nothing is done with it."""
