"""What a run found out: the one internal record that every report format is rendered from."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from judge.cells import Cells, line_name
from judge.evidence import Capture, ExceptionFact
from judge.finding import Finding
from judge.verdict import Verdict

Numbers = tuple[float, ...] | None
Visibility = Literal["public", "hidden"]

NOT_ENOUGH = "the numbers pass, but with --require-flow that is not enough: "

_WITH_NUMBERS = (Verdict.ACCEPTED, Verdict.PITFALL, Verdict.WRONG_ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """The decision on one case.

    Attributes:
        expected, actual: the numbers of the output, flattened, at most 64; None where there are none.
        error, tolerance: the worst element's error and what is allowed there, relative to |expected|
            (absolute where expected is 0); None without numbers, and for hidden cases.
        seconds: wall time of the call, None for hidden cases.
        limit: the limit that was broken ("wall", "cpu", "memory", "output", …), None otherwise.
        line: of the submission, that `message` is about; None where it is about none, and for hidden cases.
    """

    name: str
    verdict: Verdict
    visibility: Visibility
    weight: float
    seconds: float | None
    message: str
    cpu_seconds: float | None = None
    peak_memory_mib: float | None = None
    limit: str | None = None
    line: int | None = None
    expected: Numbers = None
    actual: Numbers = None
    error: float | None = None
    tolerance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFact:
    """Whether the program's precision flow was read; `listing` is the annotated source for `--show flow`.

    Attributes:
        graph: the flow as a person would draw it; None where nobody asked for it.
        reason: why it could not be read, or what of it; None where all is known.
        needed: whether there is a precision to look for.
    """

    available: bool
    reason: str | None = None
    listing: Mapping[str, Any] | None = None
    graph: Mapping[str, Any] | None = None
    needed: bool = True

    @property
    def unread(self) -> str:
        """What of a program that gave numbers could not be read, and why; empty where there is nothing."""
        if self.reason is None or not self.needed:
            return ""
        in_part = "the program could be read only in part"
        not_at_all = "the program could not be read, so that only its numbers were judged"
        return f"{in_part if self.available else not_at_all}: {' '.join(self.reason.split())}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearLimit:
    """What was used up most of, where that is more than half of it.

    Attributes:
        limit: "wall", "cpu" or "memory" of one case, or "total", the wall time of a submission.
        share: of the limit.
    """

    limit: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePoints:
    """One case that counts.

    Attributes:
        earned: `possible` or 0.
        possible: its share of its group's points, by weight.
        priced: it isn't accepted, and earned its share at the price of what was found.
    """

    name: str
    earned: float
    possible: float
    priced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPoints:
    """One group: the sums of its cases that count; of a submission that could not be run it has none."""

    name: str
    earned: float
    possible: float
    cases: tuple[CasePoints, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoints:
    """What one pitfall costs."""

    pitfall: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricPoints:
    """What a submission gets by its problem's rubric.

    Attributes:
        earned: None where nothing is left that counts.
        in_time: what `earned` was without lateness: the sum of the groups without what pitfalls cost.
        possible: what full marks are worth.
        lost: by pitfall, in the order of the rubric, without those that cost nothing.
        late_percent: of what was earned in time.
        rule: the rubric in short sentences, the same for all submissions of a problem.
    """

    earned: float | None
    in_time: float | None
    possible: int
    groups: tuple[GroupPoints, ...] = ()
    lost: tuple[LostPoints, ...] = ()
    late_percent: float = 0.0
    rule: tuple[str, ...] = ()

    @property
    def whole(self) -> int | None:
        """`earned` in whole points, rounded so that only full marks give all of them."""
        if self.earned is None:
            return None
        return self.possible if self.earned >= self.possible else min(round(self.earned), self.possible - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionResult:
    """The decision on one submission.

    Attributes:
        submission: path relative to the root with `/` where it lies under it, otherwise as given.
        seconds: wall time of loading, public cases and trace: of what a hidden case took nothing is told.
        source: the learner's text, for code frames; None when it could not be read as UTF-8.
        score: weights of accepted cases over all weights, in [0, 1]; None when all are judge_error.
        line: of the submission, that `message` is about; None where it is about none.
        help: what to do about `exception`, where that is known.
        cases_total: how many cases there are where only a part was to be judged, else None.
        points: what `score` 1.0 is worth where a format wants whole points.
        near_limit: the limit that public cases came nearest to without breaking any, beyond half of it.
        reusable: the same program would get it again; not where the judge or the machine had a part in it.
        rubric: what it gets where the problem says itself how many points what is worth, else None.
        cells: of a notebook, whose code `source` is: `judge.cells` says which line is which of a cell.
        notes: sentences about how the file was read.
    """

    submission: str
    sha256: str
    problem: str
    cases_sha256: str
    verdict: Verdict
    score: float | None
    seconds: float
    message: str
    line: int | None = None
    source: str | None = None
    exception: ExceptionFact | None = None
    help: str | None = None
    flow: FlowFact = field(default_factory=lambda: FlowFact(available=False, reason="the program never ran"))
    findings: tuple[Finding, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    capture: Capture = field(default_factory=Capture)
    max_score: float = 1.0
    cases_total: int | None = None
    points: int = 100
    near_limit: NearLimit | None = None
    reusable: bool = True
    rubric: RubricPoints | None = None
    cells: Cells = ()
    notes: tuple[str, ...] = ()

    @property
    def unread(self) -> str:
        """That numbers alone were judged, or nearly so, and why; empty where that isn't so."""
        return self.flow.unread if self.verdict in _WITH_NUMBERS else ""

    def line_name(self, line: int) -> str:
        """As "line 17"; of a notebook "cell 3, line 5"."""
        return line_name(line, self.cells)

    @property
    def part(self) -> str:
        """That this is no grade, where a part of the cases was to be judged; empty otherwise."""
        total = self.cases_total
        return "" if total is None else f"{len(self.cases)} of {total} cases: not a grade"


class Results(Protocol):
    """Results that can be gone through again and again, whether they are in memory or on disk."""

    def __iter__(self) -> Iterator[SubmissionResult]:
        """From the first one, each time."""

    def __len__(self) -> int:
        """How many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """What is known of a run before its first result; the fields mean what they mean in `Report`."""

    judge_version: str
    entropy: int
    environment: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run.

    Attributes:
        environment: versions, platform, flags and isolation, as `environment` of judge-result/v1 has them.
        results: in the order of the command line, then by path.
        complete: False when the run was interrupted.
        seconds: wall time of the run.
    """

    judge_version: str
    entropy: int
    environment: Mapping[str, Any]
    results: Results
    complete: bool
    exit_code: int
    seconds: float

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many submissions got each verdict, worst first, without those that none got.

        Each use goes through all results.
        """
        counts = Counter(result.verdict for result in self.results)
        return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}

    @property
    def part(self) -> str:
        """That scores of this run are no grades, with a comma before it; empty otherwise."""
        partial = any(result.cases_total is not None for result in self.results)
        return ", a part of the cases: not a grade" if partial else ""

    @property
    def unread(self) -> str:
        """How many programs could not be read, with a comma before it; empty where all were."""
        count = sum(bool(result.unread) for result in self.results)
        return f", {count} not read" if count else ""

    @property
    def caveats(self) -> str:
        """What is to be known beside the counted verdicts; empty where there is nothing."""
        return f"{self.part}{self.unread}"

    @property
    def head(self) -> RunHead:
        """The part that was known from the start."""
        return RunHead(judge_version=self.judge_version, entropy=self.entropy, environment=self.environment)
