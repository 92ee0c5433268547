"""What differs between two sides, and whether it became better or worse."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from judge.commands.results.sides import File, Outcome, Side
from judge.verdict import SEVERITY, Verdict


class Kind(StrEnum):
    """What became of a submission."""

    BETTER = "better"
    WORSE = "worse"
    FINDINGS = "findings"  # these alone changed
    ONLY_BEFORE = "only in A"
    ONLY_AFTER = "only in B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A submission of which the sides don't say the same; None where a side says nothing of it."""

    problem: str
    submission: str
    kind: Kind
    before: Outcome | None
    after: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All that changed.

    Attributes:
        before, after: what the sides are called. same: submissions of which both say the same.
    """

    before: str
    after: str
    same: int
    changes: tuple[Change, ...]

    @property
    def kinds(self) -> Mapping[Kind, int]:
        """How many of each kind, without those that there are none of."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in Kind if counts[kind]}

    @property
    def verdicts(self) -> Mapping[tuple[Verdict, Verdict], int]:
        """How many verdicts became which other, the most frequent first."""
        pairs = Counter(
            (change.before.verdict, change.after.verdict)
            for change in self.changes
            if change.before and change.after and change.before.verdict is not change.after.verdict
        )
        return dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])))


def differences(before: Side, after: Side) -> Differences:
    """What changed from one side to the other, by problem and name."""
    files = sorted({**before.outcomes, **after.outcomes})
    changes = tuple(_changes(files, before, after))
    return Differences(before=before.name, after=after.name, same=len(files) - len(changes), changes=changes)


def _changes(files: list[File], before: Side, after: Side) -> Iterator[Change]:
    for problem, submission in files:
        was, became = (side.outcomes.get((problem, submission)) for side in (before, after))
        if was != became:
            yield Change(
                problem=problem, submission=submission, kind=_kind(was, became), before=was, after=became
            )


def _kind(was: Outcome | None, became: Outcome | None) -> Kind:
    if was is None or became is None:
        return Kind.ONLY_AFTER if was is None else Kind.ONLY_BEFORE
    old, new = _place(was), _place(became)
    if old == new:
        return Kind.FINDINGS
    return Kind.BETTER if new > old else Kind.WORSE


def _place(outcome: Outcome) -> tuple[float, int]:
    """By the score, which decides on points, and then by the verdict."""
    return -1.0 if outcome.score is None else outcome.score, SEVERITY[outcome.verdict]
