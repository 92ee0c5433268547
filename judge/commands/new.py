"""`judge new submission PROBLEM [NAME]`: a file or a notebook to start from."""

import re
from pathlib import Path

from judge.commands.inputs.find_problem import Problems
from judge.errors import Fault, HarnessError, ProblemError, UsageError
from judge.paths import make_folder
from judge.run.notebook import SKIP, SUFFIX, check_readable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", re.ASCII)
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def new_submission(problems: Problems, problem: str, name: str, *, notebook: bool = False) -> Path:
    """Copy the problem's starter to submissions/<problem>/<name>.py; an existing file is never touched.

    Args:
        notebook: write a notebook: the lesson, the starter, and a cell that judges.

    Raises:
        UsageError: no such problem, not a name for a file, or there is such a file already.
        ProblemError: the problem has no starter. HarnessError: the file can't be written.
        MissingExtra: a notebook is wanted, and what writes them isn't installed.
    """
    suffix = SUFFIX if notebook else ".py"
    stem = name.removesuffix(suffix)
    if not _NAME.fullmatch(stem):
        raise UsageError(
            f"{name!r} is no name for a submission: take letters, digits, _ and -, beginning with a letter"
        )
    target = problems.root / "submissions" / problem / f"{stem}{suffix}"
    content = _content(problems, problem, "starter.py")
    if notebook:
        content = _notebook(problem, _content(problems, problem, "statement.md"), content)
    try:
        make_folder(target.parent)
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(
            f"{target} exists already; choose another name: judge new submission {problem} NAME"
        ) from None
    except OSError as error:
        raise HarnessError(f"{target} can't be written: {error.strerror}") from None
    return target


def _content(problems: Problems, problem: str, name: str) -> bytes:
    """One of the problem's files."""
    path = problems.folder(problem) / name
    try:
        return path.read_bytes()
    except OSError as error:
        shown = path.relative_to(problems.root).as_posix()
        fault = Fault(path=shown, line=0, where="", what=f"can't be read: {error.strerror}")
        raise ProblemError([fault]) from None


def _notebook(problem: str, lesson: bytes, starter: bytes) -> bytes:
    """The cell that judges is no part of the submission."""
    check_readable()
    from nbformat import v4, writes  # noqa: PLC0415 -- an extra

    judged = f"%load_ext judge\n%judge {problem}"
    cells = [
        v4.new_markdown_cell(lesson.decode("utf-8", "replace").strip()),
        v4.new_code_cell(starter.decode("utf-8", "replace").strip()),
        v4.new_code_cell(judged, metadata={"tags": [SKIP]}),
    ]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"  # the same file each time
    metadata = {"language_info": {"name": "python"}, "kernelspec": _KERNEL}
    text: str = writes(v4.new_notebook(cells=cells, metadata=metadata))
    return f"{text}\n".encode()
