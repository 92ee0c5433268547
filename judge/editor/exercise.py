"""Which exercise a document is for, and whether it is for any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pygls.uris import to_fs_path, uri_scheme

from judge.commands.inputs.find_problem import Problems
from judge.editor.lines import lines_of
from judge.errors import JudgeError
from judge.paths import find_root, shown

MARKER = re.compile(r"\s*#\s*judge:\s*([\w.-]+)\s*")
MARKED_LINES = 10  # the first ones of a file, among which the marker may stand
SUBMISSIONS = "submissions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """What a document is to be judged as.

    Attributes:
        name: what the judge calls it.
        path: the file; None of a document that hasn't been saved yet.
        line: where the document says which problem it is for, 1 where it doesn't say so itself.
    """

    root: Path
    problem: str
    name: str
    path: Path | None
    line: int = 1


class NotToBeTold(JudgeError):
    """It wants to be judged, and can't be; `line` is where that is to be said."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def exercise_of(uri: str, text: str, *, root: Path | None, folders: Sequence[Path]) -> Exercise | None:
    """The exercise of a document: by its marker, else by its folder; None of one that is nobody's submission.

    Args:
        root: the folder that holds `problems/`, where it was named. folders: those that the editor has open.

    Raises:
        NotToBeTold: the document doesn't say enough. ProblemError: `problems/` can't be read.
    """
    scheme = uri_scheme(uri)
    local = to_fs_path(uri) if scheme == "file" else None
    path = None if local is None else Path(local)
    if scheme not in {"file", "untitled"} or (path is not None and path.suffix != ".py"):
        return None
    marked = _marked(text)
    if marked is not None:
        line, problem = marked
        found = _root_of_marked(path, root, folders)
        if found is None:
            what = (
                "there is no problems/ folder at or above this file, nor in the folder that the editor opened"
            )
            raise NotToBeTold(f"{what}: open the exercises' folder, or start `judge lsp` with --root", line)
        return _exercise(found, problem, path, uri, line)
    found = None if path is None else _root_of_submission(path, root)
    if found is None or path is None:
        return None
    try:
        problem = Problems(found).name_for(path)
    except JudgeError as error:
        told = f"put it in {SUBMISSIONS}/PROBLEM/, or begin it with the line `# judge: PROBLEM`"
        raise NotToBeTold(f"which problem is this for? {told}. {_known(error)}") from None
    return _exercise(found, problem, path, uri, 1)


def _exercise(root: Path, problem: str, path: Path | None, uri: str, line: int) -> Exercise:
    name = uri if path is None else shown(path, root)
    return Exercise(root=root, problem=problem, name=name, path=path, line=line)


def _marked(text: str) -> tuple[int, str] | None:
    """Line and problem of the marker."""
    for number, line in enumerate(lines_of(text[:4096])[:MARKED_LINES], start=1):
        found = MARKER.fullmatch(line)
        if found is not None:
            return number, found[1]
    return None


def _root_of_marked(path: Path | None, root: Path | None, folders: Sequence[Path]) -> Path | None:
    above = find_root(path.parent) if path is not None and root is None else root
    return above or next(filter(None, map(find_root, folders)), None)


def _root_of_submission(path: Path, root: Path | None) -> Path | None:
    """The root of a file below `submissions/`."""
    found = find_root(path.parent) if root is None else root
    return found if found is not None and path.is_relative_to(found / SUBMISSIONS) else None


def _known(error: JudgeError) -> str:
    return next((part for part in re.findall(r"Known: [^\n]*", str(error))), str(error))
