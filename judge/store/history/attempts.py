"""What was handed in, when, and what became of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from judge.store.history.find_results import (
    AT_ONCE,
    Fact,
    File,
    Given,
    Told,
    facts,
    findings_of,
    histories_of,
)
from judge.store.history.find_runs import began
from judge.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """Whose a submission is.

    Attributes:
        id: None where that isn't known. name: as a person is called, empty where no list says it.
        due: seconds since 1970; None where there is no such time.
    """

    id: str | None = None
    name: str = ""
    due: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a learner handed in, and the result that it has.

    Attributes:
        handed_in: when this content of the submission was first seen. given: when it got this result.
            Both in seconds since 1970.
        first, run: the run that gave it this result, and the last one that says so.
        result: its id in the store.
        score: None where the judge is at fault for all. whole: judged on all cases; otherwise the score
            is no grade.
    """

    problem: str
    submission: str
    learner: Learner
    handed_in: float
    given: float
    first: int
    run: int
    result: int
    sha256: str
    verdict: Verdict
    score: float | None
    whole: bool
    findings: tuple[Told, ...] = ()


Who = Callable[[str, str], Learner]  # problem and submission → whose it is


def attempts(connection: Connection, chosen: Sequence[Given], who: Who) -> Iterator[Attempt]:
    """What is to be told of these results, in their order, read in parts as it is gone through."""
    starts = began(connection)
    for at in range(0, len(chosen), AT_ONCE):
        yield from _attempts(connection, chosen[at : at + AT_ONCE], who, starts)


def _attempts(
    connection: Connection, chosen: Sequence[Given], who: Who, starts: dict[int, float]
) -> Iterator[Attempt]:
    past = {history[0].file: history for history in histories_of(connection, (one.file for one in chosen))}
    numbers = {one.result for history in past.values() for one in history} | {one.result for one in chosen}
    known = facts(connection, numbers)
    found = findings_of(connection, (one.result for one in chosen))
    for one in chosen:
        if one.result not in known:  # pruned meanwhile
            continue
        fact = known[one.result]
        history = _of_run(past, one)
        first = one.first or next(
            (given.first for given in reversed(history) if given.result == one.result), one.run
        )
        yield Attempt(
            problem=one.problem,
            submission=one.submission,
            learner=who(one.problem, one.submission),
            handed_in=_handed_in(history, fact.sha256, known, starts),
            given=max(fact.judged, starts.get(first, 0.0)),
            first=first,
            run=one.run,
            result=one.result,
            sha256=fact.sha256,
            verdict=fact.verdict,
            score=fact.score,
            whole=fact.whole,
            findings=found.get(one.result, ()),
        )


def _of_run(past: dict[File, list[Given]], one: Given) -> list[Given]:
    """The submission's history up to the run."""
    return [given for given in past.get(one.file, ()) if given.first <= one.run] or [one]


def _handed_in(
    history: Sequence[Given], sha256: str, known: dict[int, Fact], starts: dict[int, float]
) -> float:
    """When this content came, and stayed: what was taken back and handed in anew counts anew."""
    first = history[-1]
    for given in reversed(history):
        fact = known.get(given.result)
        if fact is None or fact.sha256 != sha256:
            break
        first = given
    return starts.get(first.first, 0.0)
