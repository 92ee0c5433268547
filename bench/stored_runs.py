"""What a store costs a run, and what a run costs whose results are all in it.

Pairs of runs over one class, with a store and without (`--show flow` in both, which a store reads anyway):
what the judge's own process takes more, as a share of the CPU of all, the median of the pairs; at most 2 % is
wanted. And a second run over 1,000 files, of which nothing has changed: wall time, at most 1 s.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

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
MOST_COST, MOST_SECONDS = 0.02, 1.0
POLL_SECONDS = 0.05
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
            f"the judge itself takes {100 * cost:+.1f} % of all CPU for a store, wanted: at most"
            f" {100 * MOST_COST:.0f} %"
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
    return statistics.median(run(folder, *options).wall for _ in range(5))


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


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: of wall; CPU of a judge with all its workers; CPU of its own process alone."""

    wall: float
    cpu: float
    own: float


def pairs(folder: Path, count: int) -> float:
    """What a store adds to the judge's own CPU, as a share of all: the median of the pairs.

    Workers do the same with a store and without, and their CPU differs by more than that from run to run.
    """
    shares = []
    run(folder)  # expected values and compiled programs are there afterwards
    for number in range(count):
        stored = ("--store", f"{number}.db")
        orders: list[tuple[str, ...]] = [(), stored] if number % 2 else [stored, ()]
        found = {bool(order): run(folder, "--show", "flow", "--format", "json", *order) for order in orders}
        shares.append((found[True].own - found[False].own) / found[False].cpu)
        told = (f"{took.cpu:.1f} s ({took.own:.2f} s its own)" for took in (found[False], found[True]))
        print("pair {}: CPU {} without, {} with a store".format(number + 1, *told), flush=True)
    return statistics.median(shares)


def run(folder: Path, *options: str) -> Took:
    """What one run takes."""
    before, began = os.times(), time.monotonic()
    command: list[Any] = [sys.executable, "-m", "judge", "run", *options]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation keeps its own
    own = 0.0
    with psutil.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with suppress(psutil.Error):  # it has just ended
                used = process.cpu_times()
                own = max(own, used.user + used.system)
            time.sleep(POLL_SECONDS)
    assert process.returncode in {0, 1}, process.returncode
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Took(wall=time.monotonic() - began, cpu=spent, own=own)


if __name__ == "__main__":
    main()
