"""The samples of a problem and its starter, judged as `judge run` does it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from judge.expected.values import ExpectedValues
from judge.problem.model import Problem
from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.submissions import SubmissionRunner
from judge.sandbox.starting.numeric_settings import cores
from judge.verdict import Verdict

EXAMPLES = "examples"
HASTE = 4.0  # seconds that a sample for a time limit gets: it would break the problem's own as well


def judged(
    problem: Problem, root: Path, truths: ExpectedValues, verdict: str = "*"
) -> tuple[SubmissionResult, ...]:
    """The results of the samples, sorted by path, and the starter's as the last one.

    Args:
        verdict: only samples of this one.
    """
    folder = root / "submissions" / problem.id / EXAMPLES
    files = sorted(path for path in folder.glob(f"{verdict}/*.py") if not path.name.startswith("_"))
    jobs = [
        Job(name=path.relative_to(root).as_posix(), path=path, problem=_hastened(problem, path))
        for path in files
    ]
    jobs.append(Job(name="starter.py", path=problem.folder / "starter.py", problem=problem))
    request = RunRequest(root=root, jobs=tuple(jobs), workers=cores())
    runner = SubmissionRunner(request, truths.trusted.sandbox, truths)
    runner.ahead.end()  # what is compiled ahead was compiled by another check
    prepared = [runner.prepare(job) for job in jobs]
    with ThreadPoolExecutor(max_workers=min(cores(), 2), thread_name_prefix="judge-samples") as pool:
        return tuple(pool.map(runner.one, jobs, prepared))


def _hastened(problem: Problem, path: Path) -> Problem:
    if path.parent.name != Verdict.TIME_LIMIT:
        return problem
    limits = problem.limits
    hasty = replace(limits, wall_s=min(limits.wall_s, HASTE), cpu_s=min(limits.cpu_s, HASTE))
    return replace(problem, limits=hasty)
