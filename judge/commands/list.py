"""`judge list`: the problems, their entry points and their cases."""

from collections.abc import Iterator

from judge.commands.inputs.find_problem import Problems
from judge.errors import Fault, ProblemError
from judge.problem.model import Problem, case_names


def listing(problems: Problems) -> tuple[str, tuple[Fault, ...]]:
    """The text of every readable problem, and the faults of the others."""
    texts: list[str] = []
    faults: list[Fault] = []
    for name in problems.folders:
        try:
            texts.append("\n".join(_described(problems.problem(name))))
        except ProblemError as error:
            faults += error.faults
    return "\n\n".join(texts), tuple(faults)


def _described(problem: Problem) -> Iterator[str]:
    yield f"{problem.id}: {problem.title}"
    parameters = ", ".join(parameter.name for parameter in problem.parameters)
    yield f"  {problem.entry_point}({parameters})"
    rows = [(name, case.visibility, case.weight) for case in problem.cases for name in case_names(case)]
    width = max(len(name) for name, _, _ in rows)
    for name, visibility, weight in rows:
        yield f"    {name:<{width}}  {visibility:<6}  weight {weight:g}"
