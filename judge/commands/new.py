"""`judge new submission PROBLEM [NAME]`: a file to start from."""

import re
from pathlib import Path

from judge.commands.inputs.find_problem import Problems
from judge.errors import Fault, HarnessError, ProblemError, UsageError
from judge.paths import make_folder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", re.ASCII)


def new_submission(problems: Problems, problem: str, name: str) -> Path:
    """Copy the problem's starter to submissions/<problem>/<name>.py; an existing file is never touched.

    Raises:
        UsageError: no such problem, not a name for a file, or there is such a file already.
        ProblemError: the problem has no starter. HarnessError: the file can't be written.
    """
    stem = name.removesuffix(".py")
    if not _NAME.fullmatch(stem):
        raise UsageError(
            f"{name!r} is no name for a submission: take letters, digits, _ and -, beginning with a letter"
        )
    starter = problems.folder(problem) / "starter.py"
    target = problems.root / "submissions" / problem / f"{stem}.py"
    try:
        content = starter.read_bytes()
    except OSError as error:
        fault = Fault(
            path=starter.relative_to(problems.root).as_posix(),
            line=0,
            where="",
            what=f"can't be read: {error.strerror}",
        )
        raise ProblemError([fault]) from None
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
