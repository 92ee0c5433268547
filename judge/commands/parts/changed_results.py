"""Results that are changed as they are gone through, and not kept for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from judge.report import Results, SubmissionResult

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class ChangedResults(Generic[Given]):
    """Results with something done to each.

    Attributes:
        change: what is done, with what is `given` for each, in their order.
    """

    results: Results
    change: Callable[[SubmissionResult, Given], SubmissionResult]
    given: Sequence[Given]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.given)

    def __iter__(self) -> Iterator[SubmissionResult]:
        """From the first one, each time."""
        for result, given in zip(self.results, self.given, strict=True):
            yield self.change(result, given)
