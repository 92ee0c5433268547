"""Which results are asked for: rows of the store → those that a table or a report shows."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from itertools import groupby
from pathlib import PurePosixPath
from typing import Literal

from sqlalchemy import Connection

from judge.commands.parts.exit_code import did_you_mean
from judge.commands.results.roster import Learners
from judge.errors import NoSubmissionError
from judge.store.history.find_results import (
    Fact,
    Given,
    facts,
    files,
    findings_of,
    histories,
    histories_of,
    known_pitfalls,
    known_problems,
    newest,
    newest_page,
    of_run,
    with_pitfall,
    with_verdict,
)
from judge.store.history.find_runs import began
from judge.verdict import SEVERITY, Verdict

Which = Literal["newest", "best", "counts", "all"]
Counting = Callable[[Sequence[Sequence[Given]]], int | None]  # a learner's attempts → the one that counts
Meant = Callable[[str, str], bool]  # problem and submission
_History = list[Given]
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was asked for: of these submissions and in this time, which result of each, if it is like that.

    Attributes:
        submission: a glob, for the name or the path. since: seconds since 1970; only what was new in a run
            that began since then.
        run: what this run said.
    """

    problem: str | None = None
    submission: str | None = None
    learner: str | None = None
    since: float | None = None
    run: int | None = None
    which: Which = "newest"
    verdicts: tuple[Verdict, ...] = ()
    pitfalls: tuple[str, ...] = ()


def chosen(
    connection: Connection, choice: Choice, learners: Learners, counting: Counting | None = None
) -> list[Given]:
    """What is asked for, in the order in which it is listed.

    By problem; what was judged last comes first, and a whole history in time.

    Args:
        counting: which attempt counts by a problem's rubric, where that is asked for.

    Raises:
        NoSubmissionError: there is nothing of the kind.
    """
    is_meant = meant(choice.submission, choice.learner, learners)
    alone = choice.since is None and not learners.are_known
    if alone and choice.run is not None:
        found = [one for one in of_run(connection, choice.run, choice.problem) if is_meant(*one.file)]
    elif alone and choice.which == "newest":
        rows = newest(
            connection,
            choice.problem,
            containing=_in_names(choice, learners),
            verdicts=choice.verdicts,
            pitfalls=choice.pitfalls,
        )
        found = [one for one in rows if is_meant(*one.file)]
    else:
        past = list(_past(connection, choice, learners, is_meant))
        found = _of_which(connection, choice, learners, past, counting)
    for wanted in _allowed(connection, choice):
        found = [one for one in found if one.result in wanted]
    if not found:
        raise NoSubmissionError(_nothing(connection, choice))
    if choice.which == "all":
        return sorted(found, key=lambda one: (one.problem, one.first, one.submission))
    return sorted(found, key=lambda one: (one.problem, -one.run, one.submission))


def page_of_all(
    connection: Connection, choice: Choice, learners: Learners, limit: int, offset: int
) -> tuple[list[Given], int] | None:
    """A page of `chosen`, and how many there are; None where all have to be looked at for that."""
    if learners.are_known or choice != Choice(problem=choice.problem):
        return None
    page, every = newest_page(connection, choice.problem, limit, offset)
    return (page, every) if every else None


def meant(submission: str | None, learner: str | None, learners: Learners) -> Meant:
    """Whether a submission of a problem is meant by a glob and an id; None for all."""

    def is_meant(problem: str, name: str) -> bool:
        if submission is not None and not (
            fnmatchcase(name, submission) or fnmatchcase(PurePosixPath(name).name, submission)
        ):
            return False
        return learner is None or learners(problem, name).id == learner

    return is_meant


def _past(connection: Connection, choice: Choice, learners: Learners, is_meant: Meant) -> Iterator[_History]:
    """The histories of these submissions in the time that is asked for."""
    starts = {} if choice.since is None else began(connection)
    for history in _histories(connection, choice, learners, is_meant):
        of_this = history if choice.run is None else [one for one in history[-1:] if one.run == choice.run]
        new = [one for one in of_this if choice.since is None or starts[one.first] >= choice.since]
        if new:
            yield new


def _histories(
    connection: Connection, choice: Choice, learners: Learners, is_meant: Meant
) -> Iterator[_History]:
    if choice.submission is None and choice.learner is None:
        return histories(connection, choice.problem, choice.run)
    some = files(connection, choice.problem, _in_names(choice, learners))
    wanted = [file for file in some if is_meant(*file)]
    return histories_of(connection, wanted, choice.run)


def _in_names(choice: Choice, learners: Learners) -> list[str]:
    """What the names of all submissions that are meant have in them: the database looks for it sooner."""
    glob = choice.submission or ""
    ends = (_WILD.split(glob)[0], re.split(r"[*?\]]", glob)[-1])
    in_list = learners.roster is not None  # whose ids need not be in names
    return [part for part in (max(ends, key=len), "" if in_list else choice.learner) if part]


def _of_which(
    connection: Connection,
    choice: Choice,
    learners: Learners,
    past: Sequence[_History],
    counting: Counting | None,
) -> list[Given]:
    if choice.which == "all":
        return list(_changes(connection, past))
    of_whom: dict[tuple[str, ...], list[_History]] = {}
    for history in past:
        problem, name = history[0].file
        learner = learners(problem, name).id if learners.are_known else None
        of_whom.setdefault((problem, "", learner) if learner else (problem, name), []).append(history)
    several = [each for each in of_whom.values() if choice.which != "newest" or len(each) > 1]
    known = facts(connection, (one.result for each in several for history in each for one in history))
    pick = {"newest": _latest, "best": _best}.get(choice.which, partial(_counting, counting))
    picked = (
        each[0] if choice.which == "newest" and len(each) == 1 else pick(each, known)
        for each in of_whom.values()
    )
    return [attempt[-1] for attempt in picked if attempt]


def _latest(past: Sequence[_History], known: dict[int, Fact]) -> _History:
    """Of several submissions of one learner the one that was handed in last."""
    newest = [attempt for history in past for attempt in _attempts(history, known)[-1:]]
    return max(newest, key=lambda one: (one[0].first, one[-1].run, one[-1].submission), default=[])


def _best(past: Sequence[_History], known: dict[int, Fact]) -> _History:
    """Of several attempts, each with the newest result that it got; of equal ones the first."""

    def place(attempt: _History) -> tuple[bool, float, int, int]:
        fact = known[attempt[-1].result]
        score = -1.0 if fact.score is None else fact.score
        return fact.whole, score, SEVERITY[fact.verdict], -attempt[0].first

    return max((one for history in past for one in _attempts(history, known)), key=place, default=[])


def _counting(counting: Counting | None, past: Sequence[_History], known: dict[int, Fact]) -> _History:
    """The attempt that counts by the rubric, the best one where there is none."""
    attempts = [one for history in past for one in _attempts(history, known)]
    attempts.sort(key=lambda attempt: (attempt[0].first, attempt[-1].run))
    place = counting(attempts) if attempts and counting is not None else None
    return _best(past, known) if place is None else attempts[place]


def _attempts(history: _History, known: dict[int, Fact]) -> list[_History]:
    """A history by what was handed in."""
    there = [one for one in history if one.result in known]
    return [list(same) for _, same in groupby(there, key=lambda one: known[one.result].sha256)]


def _changes(connection: Connection, past: Iterable[_History]) -> Iterator[Given]:
    """Results that differ from the one before; what was judged anew and stayed as it was is no change."""
    every = list(past)
    several = [one.result for history in every if len(history) > 1 for one in history]
    known, found = facts(connection, several), findings_of(connection, several)

    def told(one: Given) -> object:
        fact = known.get(one.result)
        return (
            one.result
            if fact is None
            else (fact.sha256, fact.verdict, fact.score, fact.whole, found.get(one.result, ()))
        )

    for history in every:
        for _, same in groupby(history, key=told):
            alike = list(same)
            yield alike[-1]._replace(first=alike[0].first)


def _allowed(connection: Connection, choice: Choice) -> Iterator[set[int]]:
    """The ids of results that have what is asked for, by each of the questions."""
    if choice.verdicts:
        yield with_verdict(connection, choice.verdicts)
    if choice.pitfalls:
        yield with_pitfall(connection, choice.pitfalls)


def _nothing(connection: Connection, choice: Choice) -> str:
    problems = known_problems(connection)
    if not problems:
        return "the store holds no results yet"
    if choice.problem is not None and choice.problem not in problems:
        near = did_you_mean(choice.problem, problems)
        return f"no results of a problem {choice.problem} in the store.{near} It has: {', '.join(problems)}"
    if choice.pitfalls:
        known = known_pitfalls(connection)
        unknown = [pitfall for pitfall in choice.pitfalls if pitfall not in known]
        if unknown:
            return f"{unknown[0]} was never found in this store.{did_you_mean(unknown[0], known)}"
    return "no result in the store is like that; leave out a filter"
