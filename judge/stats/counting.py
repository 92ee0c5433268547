"""Results → class statistics: pure, one pass, in memory that doesn't grow with the class.

Console, Markdown, CSV and the class's page are made from the same record. Hidden cases are counted by their
verdicts, and nothing else of them is read.
"""

import heapq
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean, median

from judge.finding import Severity
from judge.report import SubmissionResult, Visibility
from judge.stats.record import (
    Alike,
    CaseCount,
    ClassStatistics,
    Group,
    PitfallCount,
    ProblemStatistics,
    Scores,
    Slow,
)
from judge.verdict import SEVERITY, Verdict

BINS = 10  # of the scores below the full one
SLOWEST = 8
NAMES = 5  # of a group
GROUPS = 100  # listed; how many submissions are in other ones is told
EXCEPTIONS = 20  # types listed
KEPT = 2000  # different groups, and exceptions, cases, pitfalls, that are counted one by one
TYPE_CHARACTERS = 80  # of an exception's type, which learners name
_ROUNDING = 1e-9  # 0.1 * 3 belongs to the bin of 0.3


def statistics(results: Iterable[SubmissionResult]) -> ClassStatistics:
    """Go through the results once and count; none of them is kept."""
    counting: dict[str, _Counting] = {}
    for result in results:
        counting.setdefault(result.problem, _Counting()).add(result)
    return ClassStatistics(problems=tuple(one.counted(problem) for problem, one in counting.items()))


def alike(result: SubmissionResult) -> Alike | None:
    """The group of a submission; None for one that is accepted without a finding."""
    errors = {one.pitfall for one in result.findings if one.severity is Severity.ERROR}
    warnings = {one.pitfall for one in result.findings} - errors
    if result.verdict is Verdict.ACCEPTED and not errors | warnings:
        return None
    raised = "" if result.exception is None else result.exception.type[:TYPE_CHARACTERS]
    cases = tuple((case.name, case.verdict) for case in result.cases)
    return Alike(result.verdict, tuple(sorted(errors)), tuple(sorted(warnings)), raised, cases)


@dataclass(slots=True)
class _CaseTally:
    visibility: Visibility
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    alone: int = 0


@dataclass(slots=True)
class _GroupTally:
    submissions: int = 0
    names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Counting:
    """One problem's counts while the results go by."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    scores: "array[float]" = field(default_factory=lambda: array("d"))
    partly_right: int = 0
    judge_at_fault: int = 0
    not_read: int = 0
    in_part: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    exceptions: Counter[str] = field(default_factory=Counter)
    cases: dict[str, _CaseTally] = field(default_factory=dict)
    groups: dict[Alike, _GroupTally] = field(default_factory=dict)
    grouped: int = 0
    slowest: list[tuple[float, int, Slow]] = field(default_factory=list)

    def add(self, result: SubmissionResult) -> None:
        self.verdicts[result.verdict] += 1
        if result.score is not None:
            self.scores.append(result.score)
        self.partly_right += result.score is not None and 0 < result.score < 1
        ours = any(case.verdict is Verdict.JUDGE_ERROR for case in result.cases)
        self.judge_at_fault += ours or result.verdict is Verdict.JUDGE_ERROR
        self.not_read += bool(result.unread)
        self.in_part += result.cases_total is not None
        if result.exception is not None:
            _count(self.exceptions, result.exception.type[:TYPE_CHARACTERS])
        self._add_cases(result)
        self._add_group(result)
        self._add_time(result)

    def _add_cases(self, result: SubmissionResult) -> None:
        fine = (Verdict.ACCEPTED, Verdict.JUDGE_ERROR)
        rejecting = [case.name for case in result.cases if case.verdict not in fine]
        for case in result.cases:
            if case.name in self.cases or len(self.cases) < KEPT:
                tally = self.cases.setdefault(case.name, _CaseTally(case.visibility))
                tally.verdicts[case.verdict] += 1
                tally.alone += rejecting == [case.name]

    def _add_group(self, result: SubmissionResult) -> None:
        group = alike(result)
        if group is None:
            return
        for pitfall in group.errors:
            _count(self.errors, pitfall)
        for pitfall in group.warnings:
            _count(self.warnings, pitfall)
        self.grouped += 1
        if group in self.groups or len(self.groups) < KEPT:
            tally = self.groups.setdefault(group, _GroupTally())
            tally.submissions += 1
            if len(tally.names) < NAMES:
                tally.names.append(result.submission)

    def _add_time(self, result: SubmissionResult) -> None:
        broken = (case.limit for case in result.cases if case.limit and case.visibility == "public")
        slow = Slow(
            submission=result.submission,
            verdict=result.verdict,
            seconds=result.seconds,
            limits=tuple(dict.fromkeys(broken)),
            near_limit=result.near_limit,
        )
        entry = (result.seconds, -self.verdicts.total(), slow)  # of equals the first one
        (heapq.heappush if len(self.slowest) < SLOWEST else heapq.heappushpop)(self.slowest, entry)

    def counted(self, problem: str) -> ProblemStatistics:
        groups = self._listed()
        return ProblemStatistics(
            problem=problem,
            submissions=self.verdicts.total(),
            verdicts={verdict: self.verdicts[verdict] for verdict in Verdict if self.verdicts[verdict]},
            scores=_distribution(self.scores, self.verdicts.total()),
            partly_right=self.partly_right,
            judge_at_fault=self.judge_at_fault,
            not_read=self.not_read,
            in_part=self.in_part,
            pitfalls=self._pitfalls(),
            cases=tuple(_case(name, tally) for name, tally in self.cases.items()),
            groups=groups,
            in_other_groups=self.grouped - sum(group.submissions for group in groups),
            slowest=tuple(slow for *_, slow in sorted(self.slowest, reverse=True)),
            exceptions=tuple(self.exceptions.most_common(EXCEPTIONS)),
        )

    def _pitfalls(self) -> tuple[PitfallCount, ...]:
        counts = (
            PitfallCount(pitfall=pitfall, errors=self.errors[pitfall], warnings=self.warnings[pitfall])
            for pitfall in {**self.errors, **self.warnings}
        )
        return tuple(sorted(counts, key=lambda one: (-one.submissions, -one.errors, one.pitfall)))

    def _listed(self) -> tuple[Group, ...]:
        def place(entry: tuple[Alike, _GroupTally]) -> tuple[bool, bool, int, int]:
            group, tally = entry
            accepted = group.verdict is Verdict.ACCEPTED
            return accepted, not group.is_unexplained, -tally.submissions, SEVERITY[group.verdict]

        listed = heapq.nsmallest(GROUPS, self.groups.items(), key=place)
        return tuple(
            Group(
                number=number,
                alike=group,
                cases=tuple(map(dict(group.cases).get, self.cases)),
                submissions=tally.submissions,
                names=tuple(tally.names),
            )
            for number, (group, tally) in enumerate(listed, 1)
        )


def _count(counts: Counter[str], key: str) -> None:
    if key in counts or len(counts) < KEPT:
        counts[key] += 1


def _case(name: str, tally: _CaseTally) -> CaseCount:
    accepted, pitfall, ours = (
        tally.verdicts[verdict] for verdict in (Verdict.ACCEPTED, Verdict.PITFALL, Verdict.JUDGE_ERROR)
    )
    return CaseCount(
        name=name,
        visibility=tally.visibility,
        accepted=accepted,
        pitfall=pitfall,
        failed=tally.verdicts.total() - accepted - pitfall - ours,
        judge_error=ours,
        caught_alone=tally.alone,
    )


def _distribution(scores: "array[float]", submissions: int) -> Scores:
    bins = Counter(int(score * BINS + _ROUNDING) for score in scores if score < 1)
    return Scores(
        bins=tuple(bins[at] + (bins[BINS] if at == BINS - 1 else 0) for at in range(BINS)),
        full=sum(score >= 1 for score in scores),
        without=submissions - len(scores),
        median=median(scores) if scores else None,
        mean=fmean(scores) if scores else None,
    )
