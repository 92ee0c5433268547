"""A class far larger than any that is taught, through `judge run --format json`; see soak.py.

The submissions are the samples of the exercise, right and wrong ones in turn, each with contents of its own.
All must come out in order with their folder's verdict, and the judge must need no more memory than for a
hundred.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speed_ground import PROBLEM, ROOT, judge_command, judge_environment
from speed_measure import Taken, taken

EXAMPLES = ROOT / "submissions" / PROBLEM / "examples"
VERDICTS = ("accepted", "pitfall", "wrong_answer", "runtime_error", "invalid")  # no limit is waited for
SMALL = 100
MOST = 1.10  # times the memory of a run of SMALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run: what it took, its JSON document, and the lines of its JSON Lines report."""

    taken: Taken
    document: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]

    def __str__(self) -> str:
        """What it came to, in one line."""
        results = self.document["results"]
        verdicts = Counter(one["verdict"] for one in results).most_common()
        counted = ", ".join(f"{number} {verdict}" for verdict, number in verdicts)
        return f"{self.taken.wall / len(results):.2f} s each, {self.taken.peak_mib:.1f} MiB; {counted}"


def large_class(count: int, jobs: int, isolation: str) -> list[str]:
    """Judge SMALL submissions, then so many; what is wrong."""
    with tempfile.TemporaryDirectory(prefix="judge-class-") as name:
        folder, wrong = Path(name), list[str]()
        judged(folder, handed_in(folder, "first", 2), jobs, isolation)  # fills the cache
        outcomes = []
        for size in (SMALL, count):
            files = handed_in(folder, f"of-{size}", size)
            outcome = judged(folder, files, jobs, isolation)
            outcomes.append(outcome)
            wrong += differences(files, outcome)
            print(f"  {size}: {outcome}")
    small, large = (outcome.taken.peak_mib for outcome in outcomes)
    if large > MOST * small:
        wrong.append(f"the judge needs {large:.1f} MiB for {count} submissions, {small:.1f} for {SMALL}")
    return wrong


def handed_in(folder: Path, name: str, count: int) -> dict[Path, str]:
    """So many new files, no two alike: path → verdict."""
    samples = sorted(path for verdict in VERDICTS for path in (EXAMPLES / verdict).glob("*.py"))
    files: dict[Path, str] = {}
    for number in range(count):
        sample = samples[number % len(samples)]
        path = folder / name / f"{number:05}-{sample.name}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(sample.read_bytes() + f"\n# Number {number} of {name}.\n".encode())
        files[path] = sample.parent.name
    return files


def judged(folder: Path, files: Mapping[Path, str], jobs: int, isolation: str) -> Outcome:
    """One run on all of them.

    Raises:
        HarnessError: the judge failed.
    """
    told = folder / "told.jsonl"
    options = ["-q", "--exit-zero", "--format", "json", "--report", f"jsonl={told}"]
    options += ["--jobs", str(jobs), "--isolation", isolation]
    command = judge_command("run", *map(str, files), *options)
    took = taken(command, judge_environment(folder), folder, memory=True)
    return Outcome(
        taken=took,
        document=json.loads((folder / "said").read_bytes()),
        lines=[json.loads(line) for line in told.read_bytes().splitlines()],
    )


def differences(files: Mapping[Path, str], outcome: Outcome) -> list[str]:
    """What is missing, out of order, or judged otherwise than its folder says."""
    results = outcome.document["results"]
    names = [str(path) for path in files]
    told = [line["submission"] for line in outcome.lines if "submission" in line]
    wrong = [] if [one["submission"] for one in results] == names else ["results are missing or out of order"]
    wrong += [] if sorted(told) == sorted(names) else ["lines are missing, or told twice"]
    expected = {str(path): verdict for path, verdict in files.items()}
    wrong += [
        f"{one['submission']}: {one['verdict']}, not {expected.get(one['submission'])}"
        for one in results
        if one["verdict"] != expected.get(one["submission"])
    ]
    return wrong
