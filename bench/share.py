"""What tracing and diagnosis add to the time that a submission takes to be judged.

python bench/share.py [--problem ID] [--rounds N] [--replay] [FILE...]

Each submission is judged with and without them, in turns, by one process and without workers that wait, so
that load of the machine meets both. Prints the median over the rounds of the share that they add, for each
file, and exits 1 when the median of these is above LIMIT. Without files: the samples of the repository that
are accepted or have pitfalls.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from judge.evidence import Evidence
from judge.expected.trusted_worker import Trusted
from judge.expected.values import ExpectedValues
from judge.paths import cache_dir
from judge.problem.load import load_problem
from judge.problem.model import Limits
from judge.run.intake import Job, RunRequest
from judge.run.submissions import SubmissionRunner
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.talking.requests import CaseInput, Program

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 0.15
SAMPLES = ("accepted", "pitfall")


class Untraced(Sandbox):
    """A sandbox that reads no program."""

    def judge(
        self,
        program: Program,
        cases: Sequence[CaseInput],
        limits: Limits,
        *,
        trace_spec: Mapping[str, Any] | None = None,
        replay: bool = False,
    ) -> Evidence:
        """As the base, whatever trace is asked for."""
        del trace_spec, replay
        return super().judge(program, cases, limits)


def shares(request: RunRequest, rounds: int, *, replay: bool) -> dict[str, list[float]]:
    """File → the share of its judging time that is the trace's and the diagnosis's, once a round.

    Args:
        replay: the share that is the replay's, instead.
    """
    found: dict[str, list[float]] = {job.name: [] for job in request.jobs}
    with closing(default_launcher(request.isolation)) as launcher:
        truths = ExpectedValues(Trusted(Sandbox(launcher), launcher.start(), cache_dir(), print))
        untraced = SubmissionRunner(request, Sandbox(launcher) if replay else Untraced(launcher), truths)
        traced = SubmissionRunner(replace(request, require_flow=replay), Sandbox(launcher), truths)
        for number in range(rounds + 1):
            for job in request.jobs:
                ways = [traced, untraced] if number % 2 else [untraced, traced]
                seconds = {way: _seconds(way, job) for way in ways}
                if number:  # the first round fills caches
                    found[job.name].append(1 - seconds[untraced] / seconds[traced])
    return found


def _seconds(work: SubmissionRunner, job: Job) -> float:
    bench = work.prepare(job)
    start = time.perf_counter()
    work.one(job, bench)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--problem", default="mixed_precision_step")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--replay", action="store_true")
    asked = parser.parse_args()
    problem = load_problem(ROOT, ROOT / "problems" / asked.problem)
    samples = ROOT / "submissions" / asked.problem / "examples"
    files = asked.files or [path for name in SAMPLES for path in sorted((samples / name).glob("*.py"))]
    jobs = tuple(Job(name=path.name, path=path, problem=problem) for path in files)
    found = shares(RunRequest(root=ROOT, jobs=jobs), asked.rounds, replay=asked.replay)
    for name, ratios in found.items():
        print(f"{statistics.median(ratios):6.1%}  {name}")
    share = statistics.median(statistics.median(ratios) for ratios in found.values())
    print(f"{share:6.1%}  median of {len(found)} submissions, {asked.rounds} rounds (limit {LIMIT:.0%})")
    return 0 if share <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
