"""Results without the names of files: `submission-1` and so on in their place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import PurePosixPath
from typing import Any, Protocol

from judge.report import SubmissionResult
from judge.store.history.find_results import Fact, File, Given

_NEVER = r"(?!)"
_PROSE = {"message", "help", "reason", "stdout", "stderr"}


class _Change(Protocol):
    def __call__(self, text: str, *, is_prose: bool) -> str:
        """A text as it is to be."""


def by_content(chosen: Sequence[Given], known: Mapping[int, Fact]) -> list[Given]:
    """An order that tells nothing of names, and stays the same as long as nothing is handed in.

    What is of one submission stays together, in its own order.
    """
    places: dict[File, str] = {}
    for one in chosen:
        fact = known.get(one.result)
        places.setdefault(one.file, "" if fact is None else fact.sha256)
    return sorted(chosen, key=lambda one: (one.problem, places[one.file], one.submission))


def aliases(chosen: Sequence[Given]) -> dict[File, str]:
    """A name for each submission, by its place."""
    files = dict.fromkeys(one.file for one in chosen)
    return {file: f"submission-{number}" for number, file in enumerate(files, 1)}


def renamed(result: SubmissionResult, name: str) -> SubmissionResult:
    """A result under another name: its path and its file's name are replaced wherever they stand.

    So is the file's name without its ending, as a word of a message or of what was printed, unless the
    program itself has this word.
    """
    path = PurePosixPath(result.submission)
    tails = {"/".join(path.parts[at:]) for at in range(len(path.parts))}
    paths = sorted({result.submission, *tails} - {"", "-", "/"}, key=len, reverse=True)
    whole = re.compile("|".join(map(re.escape, paths)) or _NEVER, re.IGNORECASE)
    stem = rf"(?<!\w){re.escape(path.stem)}(?!\w)" if paths else _NEVER
    in_code = re.search(stem, whole.sub("", result.source or ""))
    word = re.compile(_NEVER if in_code else stem)

    def change(text: str, *, is_prose: bool) -> str:
        changed = whole.sub(name, text)
        return word.sub(name, changed) if is_prose else changed

    everywhere: SubmissionResult = _replaced(result, change)
    return replace(everywhere, submission=name)


def _replaced(value: Any, change: _Change, *, is_prose: bool = False) -> Any:  # noqa: ANN401 -- records of any form
    """The same with each text in it changed, but for those that are one of a few words."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value, is_prose=is_prose)
    if isinstance(value, Mapping):
        return {key: _replaced(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_replaced(item, change, is_prose=is_prose) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _replaced(getattr(value, field.name), change, is_prose=field.name in _PROSE)
            for field in fields(value)
        }
        return replace(value, **changed)
    return value
