"""What `judge results` takes where a store holds many results: CPU seconds, beyond what importing takes.

Two stores of made-up results: a course, in which each learner hands in each exercise again and again, and
as many files that were handed in once. The bounds are 0.5 s for a page and 5 s for a report of 1,000, but for
pages for the browser: drawing those of learners takes nearly all of their time, wherever results come from.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Table, insert

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from reporters.classes import member  # noqa: E402 - of the tests
from reporters.reports import report  # noqa: E402 - as above

from judge.report import SubmissionResult  # noqa: E402 - the checkout, not what is installed
from judge.store.connect import Store, open_store  # noqa: E402
from judge.store.records import Packed, packed  # noqa: E402
from judge.store.run_record import RunRecord  # noqa: E402
from judge.store.tables import (  # noqa: E402
    case_results,
    entries,
    findings,
    problems,
    results,
    submissions,
)

PAGE, REPORT, DRAWN, SIZE = 0.5, 5.0, 12.0, 1_000
PROBLEMS, RUNS = 10, 10
FLOW = 4_096  # bytes of a result's flow that don't become less by compressing
KINDS = 1_000  # results that differ
FILLED = (submissions, results, case_results, findings, entries)
Kinds = list[tuple[Packed, SubmissionResult]]


def main() -> None:
    """Fill both stores and measure each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=int, default=100_000, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Where stores are, and stay.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="judge-stored-") as scratch:
        folder = asked.keep or Path(scratch)
        tiny = filled(folder / "tiny.db", PROBLEMS, repeated=False)
        broken = 0
        imports = cpu(tiny, ())[0]
        for name, repeated in (("course", True), ("files", False)):
            path = filled(folder / f"{name}.db", asked.results, repeated=repeated)
            print(f"{name}: {asked.results:,} results, {path.stat().st_size / 2**20:,.0f} MiB")
            for arguments, bound in measured(Path(scratch)):
                own = imports if bound == PAGE else cpu(tiny, arguments)[0]
                seconds, mib = cpu(path, arguments)
                broken += seconds - own > bound
                told = f"{seconds - own:6.2f} s, of {bound:g}; with importing {seconds:.2f} s, {mib:.0f} MiB"
                print(f"  {' '.join(arguments).replace(scratch, ''):62} {told}")
    sys.exit(broken > 0)


def measured(scratch: Path) -> Iterator[tuple[tuple[str, ...], float]]:
    """What is asked, and what it may take."""
    yield (), PAGE
    yield ("--offset", "5000"), PAGE
    yield ("--problem", "exercise-3", "--verdict", "pitfall"), PAGE
    yield ("--pitfall", "stale-loss"), PAGE
    yield ("--learner", "student-00007", "--which", "all"), PAGE
    yield ("--run", "7"), PAGE
    for kind in ("json", "gradebook", "markdown"):
        yield ("--problem", "exercise-3", "--limit", str(SIZE), "--format", kind), REPORT
    page = ("--report", f"html={scratch / 'class.html'}")
    yield ("--problem", "exercise-3", "--limit", str(SIZE), *page), DRAWN
    yield ("--problem", "exercise-3", "--which", "best", "--limit", str(SIZE), "--format", "csv"), REPORT


def filled(path: Path, count: int, *, repeated: bool) -> Path:
    """A store with so many results, made unless it is there."""
    if path.exists():
        return path
    head = report().head
    with closing(open_store(str(path))) as store:
        learners = max(count // (PROBLEMS * (RUNS if repeated else 1)), 1)
        rows = [
            {"id": number + 1, "name": f"exercise-{number}", "cases_sha256": "c"}
            for number in range(PROBLEMS)
        ]
        with store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(insert(problems), rows)
        kinds = made_up()
        for run in range(RUNS if repeated else 1):
            with closing(RunRecord(store, head, (), rejudge=False)) as record:
                fill(store, record.id, learners, run, kinds)
                record.finish(report())
    return path


def fill(store: Store, run: int, learners: int, attempt: int, kinds: Kinds) -> None:
    """One run: each learner's file of each exercise, not as it was."""
    rows: dict[Table, list[dict[str, object]]] = {table: [] for table in FILLED}
    for number in range(learners * PROBLEMS):
        learner, problem = divmod(number, PROBLEMS)
        kept, one = kinds[(number * 31 + attempt * 7) % len(kinds)]
        result = attempt * learners * PROBLEMS + number + 1
        sha256 = f"{result:064x}"
        rows[submissions].append({"sha256": sha256, "source": kept.source})
        rows[results].append(
            {
                "id": result,
                "key": sha256,
                "sha256": sha256,
                "problem_id": problem + 1,
                "run_id": run,
                "current": True,
                "reusable": True,
                "whole": True,
                "judged": time.time(),
                "verdict": str(one.verdict),
                "score": one.score,
                "seconds": one.seconds,
                "record": kept.record,
                "flow": kept.flow,
            }
        )
        rows[case_results] += [
            {"result_id": result, "position": at, "name": case.name, "verdict": str(case.verdict)}
            for at, case in enumerate(one.cases)
        ]
        rows[findings] += [
            {"result_id": result, "position": at, "pitfall": found.pitfall, "severity": str(found.severity)}
            for at, found in enumerate(one.findings)
        ]
        name = f"submissions/exercise-{problem}/student-{learner:05}.py"
        rows[entries].append(
            {
                "run_id": run,
                "number": number,
                "submission": name,
                "problem": f"exercise-{problem}",
                "result_id": result,
                "fresh": True,
            }
        )
    with store.engine.execution_options(writes=True).begin() as connection:
        for table, made in rows.items():
            connection.execute(insert(table), made)


def made_up() -> Kinds:
    """Results with a flow of about the size of a real one, as bytes and as they are."""
    kinds = []
    for number in range(KINDS):
        base: SubmissionResult = member(number)
        listing = {"lines": [], "made_up": random.Random(number).randbytes(FLOW).hex()}
        one = replace(base, flow=replace(base.flow, listing=listing))
        kinds.append((packed(one), one))
    return kinds


def cpu(path: Path, arguments: tuple[str, ...]) -> tuple[float, float]:
    """CPU seconds and MiB of one command: of three, the one that took least."""
    command = [sys.executable, "-m", "judge", "results", "--store", str(path), *arguments]
    code = (
        "import resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.returncode)"
    )
    best = None
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", code, *command],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        seconds, mib, status = map(float, done.stdout.split())
        if status not in (0, 5):  # 5: the small store has nothing of the kind
            raise SystemExit(f"{' '.join(command)}: exit {status:.0f}")
        best = (seconds, mib) if best is None else min(best, (seconds, mib))
    assert best is not None
    return best


if __name__ == "__main__":
    main()
