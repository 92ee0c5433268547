"""What all contenders of speed.py share: a compile cache, the cases, submissions, and how each is started."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from speed_measure import Taken, taken

from judge.cases import expand
from judge.errors import HarnessError
from judge.evidence import ArrayValue
from judge.expected.compile_ahead import Ahead
from judge.expected.trusted_worker import Trusted, compiled_folder
from judge.expected.truth import CaseTruth, as_numpy
from judge.expected.values import ExpectedValues
from judge.problem.load import load_problem
from judge.problem.model import Case, Problem
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.numeric_settings import worker_environment
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.talking.requests import WarmUp

ROOT = Path(__file__).resolve().parents[1]
CONTENDERS = ROOT / "bench" / "contenders"
PROBLEM = "mixed_precision_step"
OWN_SHARE = 0.1  # of the programs of a style: where it compiles more than that itself, it is no eager one


@dataclass(slots=True, kw_only=True)
class Ground:
    """The bench's own folder and what is in it.

    Attributes:
        versions: of what workers import. compiled: the compile cache.
        filling: what it took to fill the empty cache. number: of submissions handed out so far.
    """

    folder: Path
    problem: Problem
    cases: tuple[Case, ...]
    truths: dict[str, CaseTruth]
    versions: dict[str, str]
    warm_up: WarmUp | None
    filling: Taken
    entries: int
    styles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    number: int = 0

    @property
    def compiled(self) -> Path:
        """The compile cache, filled by trusted code only."""
        return compiled_folder(self.folder / "cache" / "judge", self.versions)

    def submission(self, kind: str) -> Path:
        """A new submission, unlike all others, in one of the styles of this kind, in turn."""
        styles = self.styles[kind]
        text = f"{styles[self.number % len(styles)]}\n# Submission number {self.number}.\n"
        path = self.folder / "handed-in" / f"{kind}-{self.number:05}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.number += 1
        return path

    def command(self, command: str, *arguments: str) -> list[str]:
        """The command line of the judge, on our problem."""
        return judge_command(command, *arguments, problem=self.problem.id)

    def judge(
        self, *paths: Path, jobs: int = 1, options: tuple[str, ...] = (), memory: bool = False
    ) -> Taken:
        """`judge run` on these files; all must be accepted."""
        command = self.command("run", *map(str, paths), "--jobs", str(jobs), *options)
        return taken(command, judge_environment(self.folder), self.folder, memory=memory)

    def one(self, path: Path) -> Taken:
        """`judge run` as in the table: one file, a gradebook."""
        return self.judge(path, options=("-q", "--format", "csv"))

    def bare(self, path: Path) -> Taken:
        """One process that runs all cases."""
        return self._plain("bare.py", path, str(self.folder / "cases.npz"), str(self.compiled))

    def case_each(self, path: Path) -> Taken:
        """A process for each case, one after another."""
        cases = str(self.folder / "cases.npz")
        all_of_them = [self._plain("one_case.py", path, cases, str(n)) for n in range(len(self.cases))]
        return Taken(
            wall=sum(one.wall for one in all_of_them),
            cpu=sum(one.cpu for one in all_of_them),
            own=sum(one.own for one in all_of_them),
        )

    def pytest(self, path: Path) -> Taken:
        """A test run of its own, without the plug-ins that happen to be installed here."""
        told = {
            "BENCH_SUBMISSION": str(path),
            "BENCH_CASES": str(self.folder / "cases.npz"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        options = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(CONTENDERS)]
        command = [sys.executable, "-m", "pytest", *options, str(CONTENDERS / "test_with_pytest.py")]
        return taken(command, plain_environment(self.folder) | told, self.folder)

    def count(self, path: Path) -> tuple[int, int]:
        """How many programs bare finds in the cache for this submission, and how many it compiles."""
        command = [sys.executable, str(CONTENDERS / "bare.py"), str(path)]
        command += [str(self.folder / "cases.npz"), str(self.compiled), "--count"]
        done = subprocess.run(
            command, env=plain_environment(self.folder), capture_output=True, text=True, check=True
        )
        found, compiled = done.stdout.split()[-2:]
        return int(found), int(compiled)

    def grown(self) -> int:
        """How many entries the compile cache has gained: none, or the figures mean nothing."""
        return entries(self.compiled) - self.entries

    def _plain(self, script: str, *arguments: object) -> Taken:
        command = [sys.executable, str(CONTENDERS / script), *map(str, arguments)]
        return taken(command, plain_environment(self.folder), self.folder)


def judge_command(command: str, *arguments: str, problem: str = PROBLEM) -> list[str]:
    """The command line of the judge."""
    given = [*arguments, "--root", str(ROOT), "--problem", problem]
    return [sys.executable, "-m", "judge", command, *given]


def judge_environment(folder: Path) -> dict[str, str]:
    """As a user's, with a cache of our own."""
    return {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}


def plain_environment(folder: Path) -> dict[str, str]:
    """The settings that the judge's workers have, so that all compute the same."""
    return {**worker_environment(), "HOME": str(folder)}


@contextmanager
def trusted_launcher() -> Iterator[tuple[Launcher, dict[str, str]]]:
    """What starts workers, on the best tier here, and the versions of what they import."""
    with closing(default_launcher("auto")) as launcher:
        yield launcher, launcher.start()


def prepared(folder: Path, name: str = PROBLEM) -> Ground:
    """Fill the cache for a problem, and write its cases down.

    Raises:
        HarnessError: the cache isn't filled then.
    """
    command = [sys.executable, "-m", "judge", "cache", "warm", name, "--root", str(ROOT)]
    filling = taken(command, judge_environment(folder), folder)
    problem = load_problem(ROOT, ROOT / "problems" / name)
    cases = expand(problem, 0)
    with trusted_launcher() as (launcher, versions):
        truths = ExpectedValues(Trusted(Sandbox(launcher), versions, folder / "cache" / "judge", not_filled))
        known, warm_up = truths.of(problem, cases), Ahead(truths.trusted).ready(problem, cases)
    np.savez(folder / "cases.npz", **as_arrays(problem, cases, known))
    ground = Ground(
        folder=folder,
        problem=problem,
        cases=cases,
        truths=known,
        versions=versions,
        warm_up=warm_up,
        filling=filling,
        entries=entries(truths.trusted.compiled),
    )
    if not ground.entries:
        raise HarnessError(f"the compile cache {truths.trusted.compiled} is empty")
    ground.styles = styles(ground)
    return ground


def not_filled(message: str) -> None:
    """`judge cache warm` was to compute all that is needed."""
    raise HarnessError(f"the cache was not filled: {message}")


def entries(folder: Path) -> int:
    """How many programs are kept."""
    return sum(1 for _ in folder.iterdir())


def styles(ground: Ground) -> dict[str, tuple[str, ...]]:
    """The texts of right submissions: eager ones, and jitted ones, of which there may be none.

    As jitted counts what compiles a tenth of its programs itself, or more: a whole step, a loop of JAX's, a
    branch. Operations that hardly anybody else needs are fewer than that.
    """
    samples = ROOT / "submissions" / ground.problem.id / "examples" / "accepted"
    whole = [CONTENDERS / "whole_step.py"] if ground.problem.id == PROBLEM else []
    found: dict[str, list[str]] = {"eager": [], "jitted": []}
    for path in [*sorted(samples.glob("*.py")), *whole]:
        cached, compiled = ground.count(path)
        kind = "eager" if compiled < OWN_SHARE * (cached + compiled) else "jitted"
        found[kind].append(path.read_text(encoding="utf-8"))
    return {kind: tuple(texts) for kind, texts in found.items()}


def as_arrays(problem: Problem, cases: tuple[Case, ...], truths: dict[str, CaseTruth]) -> dict[str, Any]:
    """All cases as arrays by name, as JSON what they belong to, and the name of the function."""
    arrays: dict[str, Any] = {}
    described = []
    for number, case in enumerate(cases):
        truth, arguments = truths[case.name], list[Any]()
        for parameter in problem.parameters:
            if parameter.kind != "array":
                arguments.append(case.arguments[parameter.name])
                continue
            arguments.append(f"{number}/{parameter.name}")
            arrays[arguments[-1]] = truth.arrays[parameter.name]
        if not isinstance(truth.value, ArrayValue):
            raise HarnessError(f"case {case.name} has no expected array: {truth.fault}")
        arrays[f"{number}/expected"] = as_numpy(truth.value)
        described.append(
            {
                "name": case.name,
                "arguments": arguments,
                "expected": f"{number}/expected",
                "relative": problem.tolerance.relative,
            }
        )
    told = {"cases": np.array(json.dumps(described)), "entry_point": np.array(problem.entry_point)}
    return told | arrays
