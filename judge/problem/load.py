"""Problem folders and files of extra cases → checked records."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from judge.errors import Fault, ProblemError
from judge.problem.faults import escaped
from judge.problem.hints import HINTS_FILE, read_hints
from judge.problem.model import CaseTemplate, Problem
from judge.problem.node import NAME, given
from judge.problem.schema import read_extra_cases, read_problem, root_node
from judge.problem.templates import NAME_RULE
from judge.problem.yaml import read_document

PROBLEMS = "problems"
REFERENCE = "reference"
PROBLEM_FILE = "problem.yaml"

_NEEDED_IN_FOLDER = {
    "statement.md": "the lesson and the task, in Markdown",
    "starter.py": "what a learner starts from",
}
_NEEDED_IN_REFERENCE = {"reference.py": "the solution that expected values are made with"}


def find_problems(root: Path) -> tuple[Path, ...]:
    """The folders under `root`/problems that have a problem.yaml, sorted by name.

    Raises:
        ProblemError: the folder is there but can't be read.
    """
    try:
        folders = sorted((root / PROBLEMS).iterdir())
        return tuple(
            folder
            for folder in folders
            if not folder.name.startswith((".", "_")) and (folder / PROBLEM_FILE).exists()
        )
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        what = f"can't be read: {error.strerror or error}"
        raise ProblemError([Fault(path=PROBLEMS, line=0, where="", what=what)]) from None


def load_problem(root: Path, folder: Path, catalogue: Collection[str] = ()) -> Problem:
    """The problem in `folder`, fully checked; its reference is looked for in `root`/reference.

    Args:
        catalogue: the ids of the pitfalls that there are; empty when that isn't known.

    Raises:
        ProblemError: every fault of its file and every file that is missing.
    """
    reference = root / REFERENCE / folder.name
    faults: list[Fault] = []
    problem = None
    try:
        node = root_node(read_document(folder / PROBLEM_FILE, _shown_path(folder / PROBLEM_FILE, root)))
    except ProblemError as error:
        faults += error.faults
    else:
        problem = read_problem(node, folder=folder, reference=reference, catalogue=catalogue)
        faults += node.log.faults
    hints, faults_of_hints = read_hints(folder / HINTS_FILE, _shown_path(folder / HINTS_FILE, root))
    faults += faults_of_hints
    faults += _missing_files(root, folder, _NEEDED_IN_FOLDER)
    faults += _missing_files(root, reference, _NEEDED_IN_REFERENCE)
    if faults or problem is None:
        raise ProblemError(faults)
    return replace(problem, hints=hints)


def load_cases_file(path: Path, problem: Problem) -> tuple[CaseTemplate, ...]:
    """The cases that a file adds to a problem: `{problem: ID, cases: […]}`, hidden unless they say otherwise.

    Raises:
        ProblemError: every fault of the file; a name that the problem has already is one.
    """
    node = root_node(read_document(path, _shown_path(path, problem.folder.parent.parent)))
    templates = read_extra_cases(node, problem)
    if node.log.faults:
        raise ProblemError(node.log.faults)
    return templates


def extra_cases_problem(path: Path) -> str:
    """The id of the problem that a file of extra cases is for; its cases aren't looked at.

    Raises:
        ProblemError: the file can't be read, or doesn't say.
    """
    node = root_node(read_document(path, _shown_path(path, Path.cwd())))
    entries = node.mapping(required=("problem",), lenient=True)
    problem = given(entries, "problem", lambda entry: entry.matching(NAME, NAME_RULE), "")
    if () in node.log.found or not node.log.clean(("problem",)):
        raise ProblemError(node.log.faults)
    return problem


def _missing_files(root: Path, folder: Path, needed: dict[str, str]) -> list[Fault]:
    return [
        Fault(path=_shown_path(folder / name, root), line=0, where="", what=f"is missing: {purpose}")
        for name, purpose in needed.items()
        if not (folder / name).is_file()
    ]


def _shown_path(path: Path, root: Path) -> str:
    """Relative to the root with `/` where it lies under it, otherwise as given."""
    relative = path.relative_to(root) if path.is_relative_to(root) else path
    return escaped(relative.as_posix())
