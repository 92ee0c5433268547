"""Samples: each gets the verdict that its folder is named for, and so does what learners start from."""

from collections.abc import Iterator
from pathlib import Path

from judge.problem.model import Problem
from judge.report import SubmissionResult
from judge.verdict import Verdict
from judge.verify.costs import Cost, against, table
from judge.verify.record import Result, Status, Table, fault, ok
from judge.verify.sample_runs import EXAMPLES
from judge.verify.workshop import Workshop

STARTER_MAY_BE = (Verdict.INVALID, Verdict.WRONG_ANSWER)
WANTED = (Verdict.ACCEPTED, Verdict.WRONG_ANSWER)


def check(shop: Workshop) -> Iterator[Result | Table]:
    """Judged as `judge run` does it."""
    *found, begun = shop.samples()
    yield _starter(begun)
    for result in found:
        yield from _sample(Path(result.submission), result)
    for verdict in WANTED:
        if not any(Path(result.submission).parent.name == verdict for result in found):
            place = f"submissions/{shop.problem.id}/{EXAMPLES}/{verdict}/"
            yield fault(
                str(verdict), f"there is no sample in {place}: put one there that must get this verdict"
            )
    yield from _takes(shop.problem, [one for one in found if one.verdict is Verdict.ACCEPTED])


def _starter(result: SubmissionResult) -> Result:
    if result.verdict in STARTER_MAY_BE:
        return ok("starter.py", f"is {result.verdict}, as what a learner starts from should be")
    if result.verdict is Verdict.ACCEPTED:
        return fault("starter.py", "is accepted as it stands: it gives the exercise away")
    return fault("starter.py", f"is {result.verdict}: it should run, and be wrong: {result.message}")


def _sample(path: Path, result: SubmissionResult) -> Iterator[Result]:
    name = f"{path.parent.name}/{path.name}"
    if path.parent.name not in set(Verdict):
        known = ", ".join(verdict for verdict in Verdict if verdict is not Verdict.JUDGE_ERROR)
        yield fault(name, f"`{path.parent.name}` is no verdict: call the folder one of {known}")
    elif result.verdict == path.parent.name:
        yield ok(name, f"is {result.verdict}")
    else:
        yield fault(name, f"is {result.verdict}, not {path.parent.name}: {result.message}")


def _takes(problem: Problem, accepted: list[SubmissionResult]) -> Iterator[Result | Table]:
    """What right samples take of the limits; of hidden cases nothing is known."""
    costs = [_cost(result) for result in accepted]
    yield from (one for one in against(problem.limits, costs) if one.status is not Status.OK)
    if costs:
        yield table("sample_costs", "What right samples take", costs)


def _cost(result: SubmissionResult) -> Cost:
    cases = [case for case in result.cases if case.seconds is not None]
    return Cost(
        name=result.submission.rpartition("/")[2],
        wall_s=max((case.seconds or 0.0 for case in cases), default=0.0),
        cpu_s=max((case.cpu_seconds or 0.0 for case in cases), default=0.0),
        memory_mib=max((case.peak_memory_mib or 0.0 for case in cases), default=0.0),
    )
