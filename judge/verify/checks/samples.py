"""Samples: each gets the verdict that its folder is named for, and so does what learners start from."""

from collections.abc import Iterator
from pathlib import Path

from judge.problem.model import Problem
from judge.report import SubmissionResult
from judge.verdict import Verdict
from judge.verify.record import Result, Table, fault, note, ok
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
    """What right samples take of the limits."""
    if not accepted:
        return
    rows = []
    for result in accepted:
        cases = [case for case in result.cases if case.seconds is not None]
        slowest = max((case.seconds or 0.0 for case in cases), default=0.0)
        cpu = max((case.cpu_seconds or 0.0 for case in cases), default=0.0)
        memory = max((case.peak_memory_mib or 0.0 for case in cases), default=0.0)
        rows.append((result.submission.rpartition("/")[2], slowest, cpu, memory))
        yield from _near(problem, rows[-1])
    told = tuple((name, f"{wall:.2f}", f"{cpu:.2f}", f"{memory:.0f}") for name, wall, cpu, memory in rows)
    head = ("sample", "slowest case (s)", "its CPU (s)", "memory (MiB)")
    yield Table(name="sample_costs", title="What right samples take", head=head, rows=told)


def _near(problem: Problem, row: tuple[str, float, float, float]) -> Iterator[Result]:
    name, _, cpu, memory = row
    limits = problem.limits
    if 2 * cpu > limits.cpu_s:
        yield fault(name, f"takes {cpu:.1f} s of CPU in a case, {limits.cpu_s:g} s are allowed: raise cpu_s")
    if 2 * memory > limits.memory_mib:
        allowed = f"{limits.memory_mib} MiB are allowed: raise memory_mib"
        yield note(name, f"takes {memory:.0f} MiB, {allowed}, or say why it is so narrow")
