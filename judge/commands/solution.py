"""`judge solution PROBLEM`: the reference and its reasons."""

from pathlib import Path

from judge.commands.parts.learner_record import recorded
from judge.commands.show import readable
from judge.errors import UsageError
from judge.expected.cache_key import REASONS
from judge.problem.model import Problem

_REFERENCE = "reference.py"


def solution(problem: Problem, root: Path, *, give_up: bool) -> str:
    """Markdown: the reference's code, then its reasons where it has some.

    Args:
        give_up: show it although nothing of one's own was accepted.

    Raises:
        UsageError: nothing was, and `give_up` is off. ProblemError: a file can't be read.
    """
    accepted = recorded(problem.id)
    if not accepted.accepted and not give_up:
        raise UsageError(
            f"no file of yours has been accepted on all cases of {problem.id} yet. "
            f"`judge hint {problem.id}` gives a hint; "
            f"`judge solution {problem.id} --give-up` shows the reference all the same."
        )
    code = readable(problem.reference / _REFERENCE, root)
    reasons = problem.reference / REASONS
    parts = [f"# The reference of {problem.id}", f"```python\n{code.strip()}\n```"]
    if accepted.accepted:
        parts.insert(1, f"A file of yours was accepted on {accepted.when[:10]}.")
    if reasons.exists():
        parts.append(readable(reasons, root).strip())
    return "\n\n".join(parts) + "\n"
