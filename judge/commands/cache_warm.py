"""`judge cache warm`: what runs would have to compute or compile, once for all of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from judge.cases import expand
from judge.commands.inputs.find_problem import Problems
from judge.errors import HarnessError, UsageError
from judge.expected.compile_ahead import Ahead
from judge.expected.trusted_worker import Trusted
from judge.expected.values import ExpectedValues
from judge.paths import cache_dir
from judge.problem.load import extra_cases_problem, load_cases_file
from judge.problem.model import Case, Problem
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.tiers import default_launcher

ProblemCases = tuple[Problem, tuple[Case, ...]]


def warm(
    problems: Problems,
    names: Sequence[str],
    entropy: int,
    extra_cases: Path | None,
    note: Callable[[str], None],
) -> Iterator[str]:
    """What is there now, a sentence a problem.

    Args:
        names: of problems; none stands for all. note: told what takes long.

    Raises:
        UsageError, ProblemError: there is no such problem, or its files have faults: nothing is begun.
        HarnessError: something can't be computed or kept; all that can be is there.
    """
    work = planned(problems, names, entropy, extra_cases)
    faults: list[str] = []
    launcher = default_launcher()
    with closing(Sandbox(launcher)) as sandbox:
        truths = ExpectedValues(Trusted(sandbox, launcher.start(), cache_dir(), note))
        if not truths.trusted.can_keep():
            raise HarnessError(f"{cache_dir()} can't be written. Set XDG_CACHE_HOME to a folder that can be.")
        for problem, cases in work:
            found = [f"{problem.id}: {fault}" for fault in _filled(truths, problem, cases)]
            faults += found
            if not found:
                yield f"{problem.id}: what judging needs is in {cache_dir()}"
    if faults:
        raise HarnessError("\n".join(faults))


def planned(
    problems: Problems, names: Sequence[str], entropy: int, extra_cases: Path | None
) -> tuple[ProblemCases, ...]:
    """Each problem with its cases, further ones where they are of it.

    Raises:
        UsageError: there is no such problem, or further cases are of none of them. ProblemError: bad files.
    """
    wanted = tuple(dict.fromkeys(names)) or tuple(problems.folders)
    if not wanted:
        raise UsageError(f"there is no problem in {problems.root / 'problems'}")
    chosen = [problems.problem(name) for name in wanted]
    owner = None if extra_cases is None else extra_cases_problem(extra_cases)
    if owner is not None and owner not in wanted:
        raise UsageError(
            f"--extra-cases {extra_cases} is for {owner}, which is not among: {', '.join(wanted)}"
        )
    return tuple(
        (
            problem,
            expand(
                problem,
                entropy,
                load_cases_file(extra_cases, problem) if extra_cases and problem.id == owner else (),
            ),
        )
        for problem in chosen
    )


def _filled(truths: ExpectedValues, problem: Problem, cases: tuple[Case, ...]) -> Iterable[str]:
    """Compute and compile all; what could not be."""
    try:
        known = truths.of(problem, cases)
    except HarnessError as error:
        return [str(error)]
    faults = [f"case {name}: {truth.fault}" for name, truth in known.items() if truth.fault is not None]
    if len(faults) == len(cases):
        return faults
    runnable = tuple(case for case in cases if known[case.name].fault is None)
    mistakes = truths.mistakes(problem, runnable, known)
    mistakes.outputs()
    if mistakes.fault is not None:
        faults.append(f"the mistake variants can't be used: {mistakes.fault}")
    why = Ahead(truths.trusted).compile(problem, cases)
    return faults if why is None else [*faults, f"the warm-up program fails: {why}"]
