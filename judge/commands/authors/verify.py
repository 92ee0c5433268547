"""`judge verify [PROBLEM]`: whether an exercise's cases and detectors are good enough, for its author."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge.commands.inputs.find_problem import Problems
from judge.commands.parts.exit_code import did_you_mean
from judge.errors import UsageError
from judge.expected.trusted_worker import Trusted
from judge.expected.values import ExpectedValues
from judge.paths import cache_dir
from judge.run.outcome import environment
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.tiers import default_launcher
from judge.verify.record import ProblemRecord
from judge.verify.verify import CHECKS, verify
from judge.verify.views.as_json import as_json
from judge.verify.views.page import page
from judge.verify.views.text import text
from judge.verify.workshop import Extent, Workshop

FORMATS = ("console", "json", "html")
NOT_ALL_HOLDS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found of all that was asked for."""

    records: tuple[ProblemRecord, ...]
    environment: dict[str, Any]

    @property
    def exit_code(self) -> int:
        """0 where all holds."""
        return 0 if all(record.holds for record in self.records) else NOT_ALL_HOLDS

    def shown(self, format_name: str, *, width: int = 80, verbosity: int = 0) -> str:
        """One of FORMATS."""
        if format_name == "json":
            return as_json(self.records, self.environment, self.exit_code)
        if format_name == "html":
            return page(self.records)
        return text(self.records, width=width, verbosity=verbosity)


def targets_of(reports: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """Format and path of each `NAME=PATH`.

    Raises:
        UsageError: there is no such format, or no folder for the file.
    """
    targets = []
    for report in reports:
        name, separator, path = report.partition("=")
        if name not in FORMATS or not separator or not path:
            raise UsageError(f"--report {report}: say NAME=PATH, with a name of {', '.join(FORMATS)}")
        if not Path(path).parent.is_dir() or Path(path).is_dir():
            raise UsageError(f"--report {report}: {path} can't be a file there")
        targets.append((name, Path(path)))
    return tuple(targets)


def verified(
    problems: Problems,
    names: Sequence[str],
    checks: Sequence[str],
    extent: Extent,
    say: Callable[[str], None],
) -> Verified:
    """Look at these problems, all without a name.

    Args:
        checks: the names of those to carry out; none for all. say: told how far it is.

    Raises:
        UsageError: there is no such problem or check. ProblemError: a problem's files have faults.
        HarnessError: no worker can be started.
    """
    known = [check.name for check in CHECKS]
    for name in checks:
        if name not in known:
            raise UsageError(f"no check {name}.{did_you_mean(name, known)} Known: {', '.join(known)}.")
    wanted = tuple(dict.fromkeys(names)) or tuple(problems.folders)
    if not wanted:
        raise UsageError(f"there is no problem in {problems.root / 'problems'}")
    chosen = [problems.problem(name) for name in wanted]
    launcher = default_launcher()
    with closing(Sandbox(launcher)) as sandbox:
        versions = launcher.start()
        truths = ExpectedValues(Trusted(sandbox, versions, cache_dir(), say))
        sampled = not checks or "samples" in checks
        shops = [
            Workshop(problem, problems.root, truths, say, extent, all_samples=sampled) for problem in chosen
        ]
        records = tuple(verify(shop, checks) for shop in shops)
        return Verified(records=records, environment=environment(versions, launcher.isolation))
