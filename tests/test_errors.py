import inspect
import re
from collections.abc import Iterator

import pytest

from judge import errors
from judge.errors import Fault, JudgeError, ProblemError


def tree(kind: type[Exception], indent: str = "") -> Iterator[str]:
    """The class and what is derived from it, as `├── Name` lines."""
    children = sorted(kind.__subclasses__(), key=lambda child: inspect.getsourcelines(child)[1])
    own = [child for child in children if child.__module__ == errors.__name__]
    for child in own:
        last = child is own[-1]
        yield f"{indent}{'└── ' if last else '├── '}{child.__name__}"
        yield from tree(child, indent + ("    " if last else "│   "))


def drawn() -> list[str]:
    lines = [re.match(r"[│├└─ ]*\w+", line) for line in (errors.__doc__ or "").splitlines()]
    names = [found.group() for found in lines if found is not None]
    return names[names.index("JudgeError") + 1 :]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert drawn() == list(tree(JudgeError))


def test_every_exception_of_the_module_is_a_judge_error() -> None:
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    assert len(classes) == len(drawn()) + 1
    assert all(issubclass(kind, JudgeError) for kind in classes)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UsageError", 2),
        ("ProblemError", 2),
        ("HarnessError", 3),
        ("ReferenceFault", 3),
        ("SandboxFault", 3),
        ("MissingExtra", 3),
        ("IsolationError", 4),
        ("NoSubmissionError", 5),
    ],
)
def test_every_error_has_its_exit_code_in_the_class_and_in_the_docstring(name: str, code: int) -> None:
    kind = getattr(errors, name)
    assert kind.exit_code == code
    parents = [name, *(parent.__name__ for parent in kind.__mro__[1:-3])]
    said = next(
        found.group(1)
        for parent in parents
        if (found := re.search(rf"{parent} +exit (\d)", errors.__doc__ or "")) is not None
    )
    assert int(said) == code


def test_the_table_of_exit_codes_names_every_class() -> None:
    marks = test_every_error_has_its_exit_code_in_the_class_and_in_the_docstring.pytestmark  # type: ignore[attr-defined] # set by parametrize
    assert {name for name, _ in marks[0].args[1]} == {line.lstrip("│├└─ ") for line in drawn()}


def test_a_fault_is_told_with_its_place() -> None:
    fault = Fault(path="problems/x/problem.yaml", line=14, where="cases[2].lr", what="must be a number")
    assert str(fault) == "problems/x/problem.yaml:14: cases[2].lr: must be a number"
    assert str(Fault(path="a.yaml", line=0, where="", what="is missing")) == "a.yaml: is missing"


def test_a_problem_error_tells_all_faults_a_line_each() -> None:
    faults = [Fault(path="a.yaml", line=line, where="", what="wrong") for line in (2, 1)]
    error = ProblemError(iter(faults))
    assert (error.faults, str(error)) == (tuple(faults), "a.yaml:2: wrong\na.yaml:1: wrong")
