"""What is told of a class: the record that console, Markdown, CSV and the class's page are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from judge.report import NearLimit, Visibility
from judge.verdict import Verdict

DID_NOT_RUN = (
    Verdict.INVALID,
    Verdict.TIME_LIMIT,
    Verdict.MEMORY_LIMIT,
    Verdict.OUTPUT_LIMIT,
    Verdict.RUNTIME_ERROR,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How the scores are distributed.

    Attributes:
        bins: submissions from 0.0, 0.1, … 0.9 up to the next one, without the full scores.
        full: submissions with the full score. without: those without any, which the judge is at fault for.
        median, mean: None where nobody has a score.
    """

    bins: tuple[int, ...]
    full: int
    without: int
    median: float | None
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PitfallCount:
    """In how many submissions a pitfall is: as an error, or as a warning and never as an error."""

    pitfall: str
    errors: int
    warnings: int

    @property
    def submissions(self) -> int:
        """All that have it."""
        return self.errors + self.warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCount:
    """What became of one case.

    Attributes:
        failed: submissions that it rejected by numbers, an exception or a limit.
        caught_alone: submissions that every other case accepted.
    """

    name: str
    visibility: Visibility
    accepted: int
    pitfall: int
    failed: int
    judge_error: int
    caught_alone: int


@dataclass(frozen=True, slots=True)
class Alike:
    """What submissions that fail alike have in common; equal for those that do.

    Attributes:
        errors, warnings: ids of pitfalls, sorted; one that is in both is among the errors.
        exception: the type of what was raised, "" where nothing was.
        cases: name and verdict of each, in the order of the submission.
    """

    verdict: Verdict
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    exception: str
    cases: tuple[tuple[str, Verdict], ...]

    @property
    def is_unexplained(self) -> bool:
        """Whether the numbers are wrong and no finding says why."""
        return self.verdict is Verdict.WRONG_ANSWER and not self.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Submissions that fail alike.

    Attributes:
        number: from 1, in the order in which groups are listed.
        cases: a verdict for each case of the problem, None where it was not judged.
        names: of the first few of them.
    """

    number: int
    alike: Alike
    cases: tuple[Verdict | None, ...]
    submissions: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """One of those that took longest.

    Attributes:
        limits: that public cases broke, such as "wall". near_limit: the one that they nearly did.
    """

    submission: str
    verdict: Verdict
    seconds: float
    limits: tuple[str, ...]
    near_limit: NearLimit | None = None

    @property
    def beside_limits(self) -> str:
        """The limits that it broke, or came near to; empty where there are none."""
        if self.limits:
            return f"broke the limit: {', '.join(self.limits)}"
        near = self.near_limit
        return "" if near is None else f"took {near.share:.0%} of the limit: {near.limit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemStatistics:
    """The class in one problem.

    Attributes:
        partly_right: submissions with a score between none and the full one.
        judge_at_fault: submissions with a case that the judge could not judge.
        not_read: submissions whose numbers alone were judged, or nearly so.
        in_part: submissions of which only some cases were to be judged: their scores are no grades.
        pitfalls: the most frequent first. cases: in the order of the problem.
        groups: who fails alike: first wrong answers that no finding explains, then by size, then accepted
            ones with warnings. in_other_groups: submissions whose groups aren't listed.
        slowest: the slowest first. exceptions: types and how many submissions raised them.
    """

    problem: str
    submissions: int
    verdicts: Mapping[Verdict, int]
    scores: Scores
    partly_right: int
    judge_at_fault: int
    not_read: int
    in_part: int
    pitfalls: tuple[PitfallCount, ...]
    cases: tuple[CaseCount, ...]
    groups: tuple[Group, ...]
    in_other_groups: int
    slowest: tuple[Slow, ...]
    exceptions: tuple[tuple[str, int], ...]

    @property
    def accepted(self) -> int:
        """Accepted submissions."""
        return self.verdicts.get(Verdict.ACCEPTED, 0)

    @property
    def accepted_share(self) -> float:
        """Accepted submissions over all, in [0, 1]."""
        return self.accepted / self.submissions

    @property
    def accepted_percent(self) -> int:
        """The same in whole percent, 100 only where all are accepted."""
        return 100 * self.accepted // self.submissions

    @property
    def did_not_run(self) -> int:
        """Submissions that can't be run, raise, or break a limit."""
        return sum(self.verdicts.get(verdict, 0) for verdict in DID_NOT_RUN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassStatistics:
    """The class, problem by problem, in the order in which they first came."""

    problems: tuple[ProblemStatistics, ...]

    @property
    def submissions(self) -> int:
        """Of all problems."""
        return sum(problem.submissions for problem in self.problems)
