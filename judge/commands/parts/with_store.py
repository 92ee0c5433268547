"""`judge run --store`: only what is missing or changed is judged, and results are kept as they come."""

import gc
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from judge import __version__
from judge.commands.parts.changed_results import ChangedResults
from judge.commands.parts.exit_code import HARNESS_FAULT, exit_code
from judge.commands.run import ENTROPY_BITS, Asked
from judge.errors import MissingExtra, ReferenceFault
from judge.paths import install_advice
from judge.report import Report, RunHead, SubmissionResult
from judge.reporters.base import with_exit_code
from judge.rubric import with_rubric
from judge.run.kept_results import Claim

if TYPE_CHECKING:
    from judge.run.intake import Job, RunRequest
    from judge.run.outcome import Ground
    from judge.store.connect import Store
    from judge.store.run_record import RunRecord, Wanted

NOT_KEPT = "no results were kept; they are in this report all the same"
Judge = Callable[["RunRequest", "Kept"], Report]


@dataclass(frozen=True, slots=True)
class Kept:
    """A run's record as the runner knows it."""

    record: "RunRecord"
    jobs: "Sequence[Job]"
    with_flow: bool = True

    def is_there(self, number: int) -> bool:
        """Whether the result was there when the run began."""
        return self.record.is_there(number)

    def claim(self, number: int) -> Claim:
        """Take a submission on, unless it is taken, or its result is there."""
        ours = self.record.is_ours(number)
        return Claim.DONE if ours is None else Claim.OURS if ours else Claim.THEIRS

    def get(self, number: int) -> SubmissionResult | None:
        """The result that is there; None where it can't be read any longer."""
        result = self.record.get(number, with_flow=self.with_flow)
        return None if result is None else _with_points(result, self.jobs[number])

    def put(self, number: int, result: SubmissionResult) -> None:
        """Keep a result."""
        self.record.put(number, result)


def check_store(given: str) -> None:
    """Look whether what a store needs is installed.

    Raises:
        MissingExtra: it isn't.
    """
    if find_spec("sqlalchemy") is None:
        raise MissingExtra(f"--store {given} needs SQLAlchemy. Install it with: {install_advice('store')}")


@contextmanager
def opened(given: str, *, must_exist: bool = False) -> Iterator["Store"]:
    """The store, for as long as it is needed.

    Args:
        must_exist: whoever asks only wants to read.

    Raises:
        UsageError, StoreFault, MissingExtra: it can't be used.
    """
    check_store(given)
    with closing(_opener()(given, must_exist=must_exist)) as store:
        yield store


@cache
def _opener() -> "Callable[..., Store]":
    """What opens a store. What it imports stays: looking for garbage in that takes a tenth of the time."""
    collected = gc.isenabled()
    gc.disable()
    try:
        from judge.store.connect import open_store  # noqa: PLC0415 -- imports SQLAlchemy
    finally:
        gc.freeze()
        if collected:
            gc.enable()
    return open_store


@contextmanager
def judged_with_store(
    asked: Asked,
    request: "RunRequest",
    ground: "Callable[[RunRequest], Ground]",
    judge: Judge,
    say: Callable[[str], None],
) -> "Iterator[tuple[Report, tuple[str, ...]]]":
    """The report of a run of which the store has a part, or all, and what keeps results from being kept.

    The report may be read from the store, which is open as long as this is entered.

    Args:
        ground: what results depend on where this request is going to be judged. judge: carries out what is
            left.

    Raises:
        UsageError, StoreFault, MissingExtra: the store can't be used.
    """
    began = time.monotonic()
    with opened(str(asked.store)) as store:
        from judge.run.outcome import report_of  # noqa: PLC0415 -- imports numpy
        from judge.store.course_entropy import course_entropy  # noqa: PLC0415 -- imports SQLAlchemy
        from judge.store.run_record import RunRecord  # noqa: PLC0415 -- as above

        shows_flow = request.want_flow
        entropy = course_entropy(store, _asked_entropy(asked))
        request = replace(request, entropy=entropy, want_flow=True)  # later reports may want it
        found = ground(request)
        head = RunHead(judge_version=__version__, entropy=request.entropy, environment=found.environment)
        with closing(RunRecord(store, head, _wanted(request, found), rejudge=asked.rejudge)) as record:
            if len(record.there) == len(request.jobs):
                results = ChangedResults(record.all(with_flow=shows_flow), _with_points, request.jobs)
                code = 0 if record.all_accepted() else 1  # a judge_error is never given again
                seconds = time.monotonic() - began
                report = report_of(head, results, complete=True, seconds=seconds, code=code)
            else:
                report = judge(request, Kept(record, request.jobs, with_flow=shows_flow))
            record.finish(report)
        say(_told(record, len(request.jobs)))
        if record.fault is None:
            yield report, ()
            return
        code = exit_code((report.exit_code, HARNESS_FAULT))
        yield with_exit_code(report, code), (f"{record.fault}. From then on {NOT_KEPT}",)


def _with_points(result: SubmissionResult, job: "Job") -> SubmissionResult:
    """The result with the points that its problem gives today: rescoring needs no judging."""
    return with_rubric(result, job.problem)


def _asked_entropy(asked: Asked) -> int | None:
    """What was asked for by name; None where the store's own will do."""
    if asked.entropy is None:
        return secrets.randbits(ENTROPY_BITS)
    return asked.entropy if asked.entropy_given else None


def ground_here(isolation: Mapping[str, Any]) -> "Ground":
    """What results depend on that this machine finds out. isolation: of its workers, as reports have it."""
    from judge.expected.cache_key import machine  # noqa: PLC0415 -- imports numpy
    from judge.run.outcome import Ground, environment  # noqa: PLC0415 -- as above
    from judge.run.versions import installed_versions  # noqa: PLC0415 -- as above

    return Ground(environment=environment(installed_versions(), isolation), processor=machine())


def _wanted(request: "RunRequest", ground: "Ground") -> "list[Wanted]":
    """What is wanted, by all that it depends on."""
    from judge.run.intake import file_name, read_submission  # noqa: PLC0415 -- hardly ever needed
    from judge.store.run_record import Wanted  # noqa: PLC0415 -- imports SQLAlchemy

    bases: dict[tuple[int, int], str] = {}
    wanted = []
    for job in request.jobs:
        place = id(job.problem), id(job.extra)
        if place not in bases:
            bases[place] = _basis(request, job, ground)
        name = file_name(job)
        submission, fault = read_submission(job)
        is_known = fault is None or fault.kind != "unreadable"  # what can't be read isn't empty
        wanted.append(
            Wanted(
                name=job.name,
                problem=job.problem.id,
                file_name=name,
                sha256=submission.sha256 if is_known else f"unreadable: {job.name}",
                keys=partial(_keys, bases[place], name),
            )
        )
    return wanted


def _keys(basis: str, name: str, sha256: str) -> tuple[str, str]:
    from judge.run.result_key import result_key  # noqa: PLC0415 -- as above

    return result_key(basis, sha256), result_key(basis, sha256, name)


def _basis(request: "RunRequest", job: "Job", ground: "Ground") -> str:
    from judge.cases import expand, select  # noqa: PLC0415 -- as above
    from judge.run.result_key import basis  # noqa: PLC0415 -- as above
    from judge.run.versions import TOLD  # noqa: PLC0415 -- as above

    environment = ground.environment
    every = expand(job.problem, request.entropy, job.extra)
    cases = select(every, request.case_names)
    try:
        return basis(
            job.problem,
            cases,
            versions={name: environment[name] for name in ("python", *TOLD) if name in environment},
            isolation=environment["isolation"],
            processor=ground.processor,
            require_flow=request.require_flow,
            cases_total=len(every) if len(cases) < len(every) else None,
        )
    except OSError as error:
        raise ReferenceFault(f"the reference of {job.problem.id} can't be read: {error}") from error


def _told(record: "RunRecord", total: int) -> str:
    fresh, there = record.fresh, record.taken_over
    store = f"the store {record.store.name}"
    if there == total:
        there_all = _counted(total, "result is", "results are")
        return f"nothing was judged: {there_all} in {store}, and nothing has changed"
    return (
        f"{_counted(fresh, 'submission', 'submissions')} judged, {there} of {total} results were in {store}"
    )


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
