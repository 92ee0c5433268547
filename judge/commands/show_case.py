"""`judge show PROBLEM --case NAME`: a public case, with what is expected in it, as code."""

from collections.abc import Callable, Sequence
from contextlib import closing

from judge.cases import expand, select
from judge.commands.parts.case_code import code
from judge.commands.parts.exit_code import did_you_mean
from judge.errors import ReferenceFault, UsageError
from judge.expected.trusted_worker import Trusted
from judge.expected.truth import CaseTruth
from judge.expected.values import ExpectedValues
from judge.paths import cache_dir
from judge.problem.model import Case, Problem, case_names
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.tiers import default_launcher


def public_case(problem: Problem, name: str, entropy: int, note: Callable[[str], None]) -> str:
    """The code of this case; of all its repeats, one after another, for the name of several.

    Args:
        note: told what takes long.

    Raises:
        UsageError: there is no such case, or it is hidden; the message says which there are.
        HarnessError: what is expected can't be computed.
    """
    cases = chosen(problem, name, entropy)
    truths = _truths(problem, cases, note)
    for case in cases:
        if truths[case.name].value is None:
            raise ReferenceFault(f"case {case.name} of {problem.id}: {truths[case.name].fault}")
    return "\n\n".join(code(problem, case, truths[case.name], entropy) for case in cases)


def chosen(problem: Problem, name: str, entropy: int) -> tuple[Case, ...]:
    """The cases of this name.

    Raises:
        UsageError: there is none, or it is hidden; the message says which there are.
    """
    public = [case for case in problem.cases if case.visibility == "public"]
    shown = ", ".join(each for case in public for each in case_names(case)) or "none"
    known = {each: case for case in problem.cases for each in (case.name, *case_names(case))}
    if name not in known:
        near = did_you_mean(name, [each for each, case in known.items() if case in public])
        raise UsageError(f"--case {name}: no such case of {problem.id}.{near} Public cases: {shown}.")
    if known[name] not in public:
        raise UsageError(
            f"--case {name}: this case is hidden, and told by name and verdict only. Public cases: {shown}."
        )
    return select(expand(problem, entropy), [name])


def _truths(problem: Problem, cases: Sequence[Case], note: Callable[[str], None]) -> dict[str, CaseTruth]:
    launcher = default_launcher()
    with closing(Sandbox(launcher)) as sandbox:
        return ExpectedValues(Trusted(sandbox, launcher.start(), cache_dir(), note)).of(problem, cases)
