"""`judge run`: what was asked on the command line → a request that the runner can carry out."""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from judge import __version__
from judge.commands.inputs.find_problem import Problems, root_folder
from judge.commands.inputs.find_submissions import Found, collect, is_regular
from judge.commands.inputs.read_pipe import read_once
from judge.commands.parts.exit_code import INTERRUPTED, Failures, did_you_mean
from judge.commands.parts.write_reports import (
    Target,
    flow_is_wanted,
    obstacles,
    parse_targets,
    refuse_inputs,
    refuse_several,
)
from judge.errors import MissingExtra, UsageError
from judge.paths import install_advice
from judge.problem.model import CaseTemplate, Problem, case_names
from judge.report import Report
from judge.run.versions import installed_versions

if TYPE_CHECKING:
    from judge.run.intake import Job, RunRequest

ENTROPY_BITS = 53  # what every JSON reader keeps exactly
NEEDED = ("jax", "flax", "optax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of `judge run` under their own names; `entropy` None is "random".

    Attributes:
        entropy_given: it isn't the default, which a store's own goes before.
    """

    paths: tuple[str, ...] = ()
    problem: str | None = None
    case_names: tuple[str, ...] = ()
    extra_cases: Path | None = None
    entropy: int | None = 0
    jobs: int | None = None
    isolation: str = "auto"
    require_isolation: str | None = None
    want_flow: bool = False
    require_flow: bool = False
    format_name: str = "console"
    reports: tuple[str, ...] = ()
    entropy_given: bool = False
    store: str | None = None
    scheduler: str | None = None
    rejudge: bool = False
    student_id: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to be done: judge `request`, then write `targets`."""

    request: "RunRequest"
    targets: tuple[Target, ...]


def plan(asked: Asked, root: Path | None, stdin: BinaryIO, say: Callable[[str], None]) -> Plan:
    """Check everything that can be checked before a worker is started, and resolve paths and problems.

    Args:
        root: as `--root` gave it.
        say: takes a sentence about each file that is passed over, and each report that won't be written.

    Raises:
        JudgeError: whatever is wrong with what was asked, all of it at once.
    """
    failures = Failures()
    targets: tuple[Target, ...] = ()
    with failures.noted():
        targets = parse_targets(asked.reports)
    if asked.scheduler is None:
        with failures.noted():
            check_isolation(asked.isolation, asked.require_isolation)
        with failures.noted():
            check_installed()
    else:
        with failures.noted():
            check_installed(("distributed",), "cluster", "--scheduler can't be used")
    with failures.noted():
        _check_store(asked)
    formats = (asked.format_name, *(target.format for target in targets))
    jobs: tuple[Job, ...] = ()
    folder = Path()
    with failures.noted():
        folder = root_folder(root)
        problems = _problems(asked, folder, failures, say)
        if not failures.errors:
            jobs = _jobs(asked, problems, stdin)
            refuse_several(formats, len(jobs))
            _tell_doubtful_ids(asked, formats, jobs, say)
            refuse_inputs(targets, (found.path for found in problems if found.path is not None), folder)
    failures.raise_all()
    for obstacle in obstacles(targets):
        say(obstacle)
    return Plan(request=_request(asked, folder, jobs, formats), targets=targets)


def nothing_judged(request: "RunRequest", isolation: Mapping[str, Any]) -> Report:
    """The report of a run that was interrupted before a worker was there to be asked."""
    from judge.run.outcome import environment  # noqa: PLC0415 -- imports numpy

    return Report(
        judge_version=__version__,
        entropy=request.entropy,
        environment=environment(installed_versions(), isolation),
        results=(),
        complete=False,
        exit_code=INTERRUPTED,
        seconds=0.0,
    )


def check_isolation(isolation: str, required: str | None) -> None:
    """Hold what is asked against what this machine has.

    Raises:
        IsolationError: a tier isn't there, or the one in use is below the one that is required.
    """
    from judge.sandbox.starting.tiers import check_tier  # noqa: PLC0415 -- help needs no sandbox

    check_tier(isolation, required)


def check_installed(
    needed: Sequence[str] = NEEDED, extra: str = "jax", what: str = "submissions can't be run"
) -> None:
    """Look whether what submissions and references import is there, or what an extra brings.

    Raises:
        MissingExtra: it isn't.
    """
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"{what} without {', '.join(missing)}. Install what is missing with: {install_advice(extra)}"
        )


def _check_store(asked: Asked) -> None:
    """Look at what was asked of a store.

    Raises:
        UsageError: there is none. MissingExtra: what it needs isn't installed.
    """
    if asked.store is not None:
        from judge.commands.parts.with_store import check_store  # noqa: PLC0415 -- hardly ever needed

        check_store(asked.store)
    elif asked.rejudge:
        raise UsageError("--rejudge is for a store: say --store PATH too, or leave it out")


def _tell_doubtful_ids(
    asked: Asked, formats: Sequence[str], jobs: Iterable["Job"], say: Callable[[str], None]
) -> None:
    """Say which ids a gradebook will lack.

    Raises:
        UsageError: there is a pattern, but no gradebook.
    """
    from judge.commands.parts.student_ids import doubtful_ids  # noqa: PLC0415 -- hardly ever needed

    if "gradebook" in formats:
        for doubt in doubtful_ids(((job.problem.id, job.name) for job in jobs), asked.student_id):
            say(doubt)
    elif asked.student_id is not None:
        raise UsageError("--student-id is for a gradebook: say --report gradebook=PATH or --format gradebook")


def _problems(
    asked: Asked, root: Path, failures: Failures, say: Callable[[str], None]
) -> dict[Found, Problem]:
    """The files to judge, each with its problem; what is wrong with the others goes to `failures`."""
    collected = collect(asked.paths, root)
    for refusal in collected.refused:
        say(refusal)
    problems = Problems(root)
    names: dict[Found, str] = {}
    for file in collected.files:
        with failures.noted():
            names[file] = asked.problem or problems.name_for(file.path)
    readable: dict[str, Problem] = {}
    for name in dict.fromkeys(names.values()):
        with failures.noted():
            readable[name] = problems.problem(name)
    return {file: readable[name] for file, name in names.items() if name in readable}


def _jobs(asked: Asked, problems: Mapping[Found, Problem], stdin: BinaryIO) -> tuple["Job", ...]:
    """One job a file, of those whose problem has one of the cases that are asked for."""
    from judge.run.intake import Job  # noqa: PLC0415 -- imports numpy

    of_id = {problem.id: problem for problem in problems.values()}
    extra = _extra_cases(asked.extra_cases, of_id)
    cases = {name: _names(problem.cases) | _names(extra.get(name, ())) for name, problem in of_id.items()}
    _check_case_names(asked.case_names, cases)
    return tuple(
        Job(
            name=file.name,
            path=file.path if _readable_later(file) else None,
            source=None if _readable_later(file) else _piped(file, stdin),
            problem=problem,
            extra=extra.get(problem.id, ()),
        )
        for file, problem in problems.items()
        if not asked.case_names or cases[problem.id] & set(asked.case_names)
    )


def _extra_cases(path: Path | None, of_id: dict[str, Problem]) -> dict[str, tuple[CaseTemplate, ...]]:
    if path is None:
        return {}
    from judge.problem.load import extra_cases_problem, load_cases_file  # noqa: PLC0415 -- the YAML reader

    name = extra_cases_problem(path)
    if name not in of_id:
        raise UsageError(
            f"--extra-cases {path} is for {name}, but what is to be judged is for: {', '.join(of_id)}"
        )
    return {name: load_cases_file(path, of_id[name])}


def _names(templates: Sequence[CaseTemplate]) -> set[str]:
    return {name for template in templates for name in (template.name, *case_names(template))}


def _check_case_names(wanted: Sequence[str], cases: dict[str, set[str]]) -> None:
    known = sorted(set().union(*cases.values()))
    for name in wanted:
        if name not in known:
            raise UsageError(
                f"--case {name}: no such case.{did_you_mean(name, known)} Known: {', '.join(known)}."
            )


def _readable_later(file: Found) -> bool:
    return file.path is not None and is_regular(file.path)


def _piped(file: Found, stdin: BinaryIO) -> bytes:
    """What can be read once only: standard input, or a pipe that was named."""
    from judge.run.notebook import NOTEBOOK_BYTES  # noqa: PLC0415 -- hardly ever needed

    most = NOTEBOOK_BYTES + 1  # one more than the runner takes, so that it can say "too large"
    return stdin.read(most) if file.path is None else read_once(file.path, most)


def _request(asked: Asked, root: Path, jobs: tuple["Job", ...], formats: Sequence[str]) -> "RunRequest":
    from judge.run.intake import RunRequest  # noqa: PLC0415 -- imports numpy
    from judge.sandbox.starting.numeric_settings import cores  # noqa: PLC0415 -- as above

    return RunRequest(
        root=root,
        jobs=jobs,
        case_names=asked.case_names,
        entropy=secrets.randbits(ENTROPY_BITS) if asked.entropy is None else asked.entropy,
        workers=asked.jobs or cores(),
        isolation=asked.isolation,
        require_isolation=asked.require_isolation,
        want_flow=asked.want_flow or flow_is_wanted(formats, len(jobs)),
        require_flow=asked.require_flow,
    )
