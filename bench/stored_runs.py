"""What a store costs a run, and what a run costs whose results are all in it.

Pairs of runs over one class, with a store and without (`--show flow` in both, which a store reads anyway):
CPU of the judge and all its workers, the median of the pairs; at most 2 % more is wanted. And a second run
over 1,000 files, of which nothing has changed: wall time, at most 1 s.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from judge.commands.parts.with_store import Kept, ground_here, judged_with_store  # noqa: E402 - the checkout
from judge.commands.run import Asked, plan  # noqa: E402
from judge.report import Report, SubmissionResult  # noqa: E402
from judge.run.intake import RunRequest, read_submission  # noqa: E402
from judge.run.outcome import environment  # noqa: E402
from judge.sandbox.starting.tiers import default_launcher  # noqa: E402
from judge.verdict import Verdict  # noqa: E402

PROBLEM = "mixed_precision_step"
MOST_COST, MOST_SECONDS = 1.02, 1.0
KINDS = ("accepted", "pitfall", "wrong_answer")


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--class", dest="size", type=int, default=100, metavar="N")
    parser.add_argument("--pairs", type=int, default=5, metavar="N")
    parser.add_argument("--files", type=int, default=1000, metavar="N")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="judge-stored-") as scratch:
        folder = Path(scratch)
        unchanged = second_run(course(folder / "many", asked.files))
        cost = pairs(course(folder / "class", asked.size), asked.pairs) if asked.pairs else 0.0
    print(f"a second run over {asked.files} files: {unchanged:.2f} s, wanted: {MOST_SECONDS:.1f}")
    if asked.pairs:
        print(
            f"a store costs {100 * (cost - 1):+.1f} % of CPU, wanted: at most {100 * (MOST_COST - 1):.0f} %"
        )
    sys.exit(unchanged > MOST_SECONDS or cost > MOST_COST)


def course(folder: Path, size: int) -> Path:
    """So many files, made of the samples, beside the problem and its reference."""
    for name in ("problems", "reference"):
        shutil.copytree(ROOT / name / PROBLEM, folder / name / PROBLEM)
    samples = ROOT / "submissions" / PROBLEM / "examples"
    texts = [path.read_text("utf-8") for kind in KINDS for path in sorted((samples / kind).glob("*.py"))]
    files = folder / "submissions" / PROBLEM
    files.mkdir(parents=True)
    for number in range(size):
        (files / f"s{number:05d}.py").write_text(f"{texts[number % len(texts)]}\n# {number}\n", "utf-8")
    return folder


def second_run(folder: Path) -> float:
    """Median wall seconds of a run of which all is in the store, put there without judging."""
    os.chdir(folder)
    asked = Asked(store="results.db")
    planned = plan(asked, folder, sys.stdin.buffer, print)
    launcher = default_launcher("auto")
    with judged_with_store(asked, planned.request, lambda _: ground_here(launcher.isolation), made_up, print):
        pass
    launcher.close()
    options = ("--store", "results.db", "-q")
    run(folder, *options)  # which compiles what an installation has compiled
    return statistics.median(run(folder, *options)[0] for _ in range(5))


def made_up(request: RunRequest, kept: Kept) -> Report:
    """Results for all of them that nobody judged."""
    for number, job in enumerate(request.jobs):
        if kept.claim(number).name == "OURS":
            kept.put(number, _accepted(read_submission(job)[0].sha256, job.name))
    return Report(
        judge_version="",
        entropy=request.entropy,
        environment=environment({}, {}),
        results=(),
        complete=True,
        exit_code=0,
        seconds=0.0,
    )


def _accepted(sha256: str, name: str) -> SubmissionResult:
    return SubmissionResult(
        submission=name,
        sha256=sha256,
        problem=PROBLEM,
        cases_sha256="c" * 64,
        verdict=Verdict.ACCEPTED,
        score=1.0,
        seconds=1.0,
        message="all 11 cases pass",
        source="x = 1\n" * 40,
    )


def pairs(folder: Path, count: int) -> float:
    """The median ratio of CPU with a store to that without."""
    ratios = []
    run(folder)  # expected values and compiled programs are there afterwards
    for number in range(count):
        stored = ("--store", f"{number}.db")
        orders: list[tuple[str, ...]] = [(), stored] if number % 2 else [stored, ()]
        found = {
            bool(order): run(folder, "--show", "flow", "--format", "json", *order)[1] for order in orders
        }
        ratios.append(found[True] / found[False])
        print(
            f"pair {number + 1}: {found[False]:.1f} s of CPU without, {found[True]:.1f} s with a store",
            flush=True,
        )
    return statistics.median(ratios)


def run(folder: Path, *options: str) -> tuple[float, float]:
    """Wall seconds, and CPU seconds of a judge with all its workers."""
    before, began = os.times(), time.monotonic()
    command: list[Any] = [sys.executable, "-m", "judge", "run", *options]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation keeps its own
    done = subprocess.run(command, check=False, cwd=folder, env=environ, stdout=subprocess.DEVNULL)
    assert done.returncode in {0, 1}, done.returncode
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - began, spent


if __name__ == "__main__":
    main()
