"""`judge.judge`: one text or file, judged as `judge run` judges it, for those who ask from Python."""

import os
from pathlib import Path

from judge.cells import Cells
from judge.commands.inputs.find_problem import Problems, root_folder
from judge.commands.run import check_installed
from judge.errors import UsageError
from judge.notebook.judgement import Judgement, judgement_of
from judge.notebook.warm_judges import Say, root_judge, silent
from judge.paths import shown
from judge.run.intake import Job

Given = str | bytes | os.PathLike[str]
NAME = "submission.py"  # what a text is called that has no file
FILES = (".py", ".ipynb")
_LONGEST = 4096  # characters of a path


def judge(source_or_path: Given, problem: str | None = None, *, root: Given | None = None) -> Judgement:
    """Judge one submission, on workers that stay warm for the next one.

    The first call takes some seconds longer than later ones. Calls from several threads are judged one
    after another. Workers end with the interpreter.

    Args:
        source_or_path: a program's text or a file. A path object is a file, bytes are a text. A str is a
            file where it is one line that ends with `.py` or `.ipynb` or that names a file which exists;
            every other str is a text.
        problem: the id of the exercise; it may be left out where there is only one, or where a file lies in
            a folder that is called like one.
        root: the folder that holds `problems/`; by default the nearest one at or above the current folder.

    Raises:
        UsageError: there is no such file, problem or root. ProblemError: the exercise's files have faults.
        HarnessError: nothing can be judged here. All of them are a `JudgeError`.
        KeyboardInterrupt: Ctrl-C; what is judged is broken off, and the next call works as ever.
    """
    folder = root_folder(None if root is None else Path(os.fsdecode(root)))
    path = _file(source_or_path)
    if path is not None:
        return judged(folder, problem, path=path)
    return judged(folder, problem, source=_bytes(source_or_path))


def judged(
    root: Path,
    problem: str | None,
    *,
    name: str = NAME,
    path: Path | None = None,
    source: bytes | None = None,
    cells: Cells = (),
    say: Say = silent,
) -> Judgement:
    """Judge a file, or a text under a name.

    Args:
        cells: of a session, that the text was put together of.
        say: takes a sentence about what takes long.

    Raises:
        JudgeError, KeyboardInterrupt: as with `judge`.
    """
    check_installed()
    root = root.resolve()
    problems = Problems(root)
    id_ = problem if problem is not None else problem_for(problems, path)
    warm = root_judge(root)
    called = name if path is None else shown(path, root)
    job = Job(name=called, path=path, source=source, cells=cells, problem=warm.problem(id_))
    return judgement_of(warm.judge(job, say))


def problem_for(problems: Problems, path: Path | None = None) -> str:
    """The problem that is meant where none is named.

    Raises:
        UsageError: that can't be told.
    """
    if path is not None:
        return problems.name_for(path)
    if len(problems.folders) == 1:
        return next(iter(problems.folders))
    known = ", ".join(problems.folders) or "none"
    raise UsageError(f"which problem is this for? Name it. Known in {problems.root / 'problems'}: {known}.")


def _file(given: Given) -> Path | None:
    """The file that is meant; None where it is a text.

    Raises:
        UsageError: it names a file that isn't there.
    """
    if isinstance(given, bytes):
        return None
    path = Path(given)
    if isinstance(given, str):
        one_line = len(given) <= _LONGEST and "\n" not in given and "\0" not in given
        if not one_line or not (given.endswith(FILES) or _is_there(path)):
            return None
    if not _is_there(path):
        raise UsageError(f"{path}: there is no such file; to judge a text, give it as bytes")
    return path


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _bytes(given: Given) -> bytes:
    """A text as the bytes of its file; half a surrogate pair becomes what is no UTF-8, and is told so."""
    return given if isinstance(given, bytes) else str(given).encode("utf-8", "surrogatepass")
