"""The two sides of `judge results diff`: runs of a store, stores, reports."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from judge.commands.parts.with_store import opened
from judge.errors import UsageError
from judge.report import SubmissionResult
from judge.stats.read_report import ReportFile
from judge.store.addresses import on_server
from judge.verdict import Verdict

File = tuple[str, str]  # problem and submission
WORDS = ("latest", "previous")
_SQLITE = b"SQLite format 3\0"


class Outcome(NamedTuple):
    """What a side says of one submission.

    Attributes:
        findings: pitfall and line of each, sorted.
    """

    verdict: Verdict
    score: float | None
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side; `name` is as it is told."""

    name: str
    outcomes: dict[File, Outcome] = field(default_factory=dict)


def both(before: str, after: str, store: str | None, say: Callable[[str], None]) -> tuple[Side, Side]:
    """What both sides say.

    Args:
        store: in which runs are looked for. say: takes a sentence about what a side lacks.

    Raises:
        JudgeError: one of them can't be read.
    """
    return _side(before, store, say), _side(after, store, say)


def _side(given: str, store: str | None, say: Callable[[str], None]) -> Side:
    if given in WORDS or given.isdecimal():
        if store is None:
            raise UsageError(f"{given} is a run of which store? Say --store PATH, or set JUDGE_STORE to it")
        return _of_store(store, given, say)
    if on_server(given) is not None or _is_store(Path(given)):
        return _of_store(given, None, say)
    return _of_report(Path(given), say)


def _is_store(path: Path) -> bool:
    """Whether it is a file of SQLite.

    Raises:
        UsageError: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} is no run, and no file that can be read: write a run's number, {' or '.join(WORDS)}, or "
            "the path of a store or of a report"
        ) from error


def _of_report(path: Path, say: Callable[[str], None]) -> Side:
    try:
        with path.open("rb") as file:
            report = ReportFile(file, str(path))
            outcomes = {(one.problem, one.submission): _outcome(one) for one in report}
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from error
    if not report.complete:
        say(f"the run of {path} was interrupted: what was not finished is missing in it")
    return Side(name=str(path), outcomes=outcomes)


def _outcome(result: SubmissionResult) -> Outcome:
    told = ((finding.pitfall, finding.line) for finding in result.findings)
    return Outcome(result.verdict, result.score, _findings(told))


def _findings(told: Iterable[tuple[str, int | None]]) -> tuple[str, ...]:
    return tuple(sorted(pitfall if line is None else f"{pitfall}:{line}" for pitfall, line in told))


def _of_store(name: str, run: str | None, say: Callable[[str], None]) -> Side:
    """What a run said, or without one what each submission has by now."""
    with opened(name, must_exist=True) as store:
        from judge.store.faults import told  # noqa: PLC0415 -- imports SQLAlchemy
        from judge.store.history.find_results import facts, findings_of, newest, of_run  # noqa: PLC0415 -- as above
        from judge.store.history.find_runs import newest_runs, run_numbered  # noqa: PLC0415 -- as above

        with told(store.name), store.engine.connect() as connection:
            if run is None:
                given = newest(connection)
            else:
                if run in WORDS:
                    last = newest_runs(connection, 2)
                    if len(last) <= WORDS.index(run):
                        raise UsageError(f"the store {store.name} has no {run} run: it has {len(last)}")
                    found = last[WORDS.index(run)]
                else:
                    found = run_numbered(connection, int(run))
                if not found.complete:
                    say(f"run {found.number} is {found.state}: what it lacks is missing in it")
                given = of_run(connection, found.number)
            numbers = [one.result for one in given]
            known, findings = facts(connection, numbers), findings_of(connection, numbers)
    outcomes = {
        one.file: Outcome(
            known[one.result].verdict,
            known[one.result].score,
            _findings((finding.pitfall, finding.line) for finding in findings.get(one.result, ())),
        )
        for one in given
        if one.result in known
    }
    return Side(name=store.name if run is None else f"run {found.number}", outcomes=outcomes)
