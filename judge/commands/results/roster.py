"""Whose a submission is: by a list of the course, by a pattern, or by the file's own name."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from judge.commands.parts.exit_code import did_you_mean
from judge.commands.results.times import seconds
from judge.errors import Fault, ProblemError, UsageError
from judge.reporters.gradebook import student_of
from judge.store.history.attempts import Learner

COLUMNS = ("student", "name", "submission", "due", "problem")
_GLOB = re.compile(r"[*?\[]")


class Learners:
    """Whose submissions are; without a list and a pattern each is its file's.

    Attributes:
        are_known: a list or a pattern says so, so that several submissions may be of one learner.
    """

    def __init__(self, pattern: re.Pattern[str] | None = None, roster: "Roster | None" = None) -> None:
        self.pattern = pattern
        self.roster = roster
        self.are_known = pattern is not None or roster is not None
        self._found: dict[tuple[str, str], Learner] = {}

    def __call__(self, problem: str, submission: str) -> Learner:
        """Whose this one is."""
        file = problem, submission
        if file not in self._found:
            named = student_of(submission, self.pattern)
            alone = Learner(id=named or None)
            self._found[file] = alone if self.roster is None else self.roster.of(problem, submission, named)
        return self._found[file]

    def check(self, learner: str | None) -> None:
        """Look whether there can be somebody of this id.

        Raises:
            UsageError: the list doesn't know them.
        """
        known = () if self.roster is None else self.roster.ids
        if learner is not None and known and learner not in known:
            raise UsageError(
                f"--learner {learner}: no such student in {self.roster}.{did_you_mean(learner, known)}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list.

    Attributes:
        submission: a file's name or path, or a glob; empty where the id tells it.
        problem: empty for all.
    """

    student: str
    name: str = ""
    submission: str = ""
    due: float | None = None
    problem: str = ""


class Roster:
    """The list of a course.

    Attributes:
        ids: of all students. has_due_dates: for some of them, or some problems.
    """

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self.rows = rows
        self.ids = tuple(dict.fromkeys(row.student for row in rows))
        self.has_due_dates = any(row.due is not None for row in rows)
        self._named: dict[str, list[Row]] = {}
        self._globs: list[Row] = []
        self._of: dict[str, list[Row]] = {}
        for row in rows:
            self._of.setdefault(row.student, []).append(row)
            if _GLOB.search(row.submission):
                self._globs.append(row)
            else:
                self._named.setdefault(row.submission or row.student, []).append(row)

    def __str__(self) -> str:
        return self.name

    def of(self, problem: str, submission: str, named: str) -> Learner:
        """Whose a submission is: first what stands in the list by its name, then by a glob, then by the id.

        Args:
            named: the id that its name tells.
        """
        path = PurePosixPath(submission)
        same = [row for key in (submission, path.name) for row in self._named.get(key, ())]
        by_name = [row for row in same if row.submission]
        by_glob = [
            row
            for row in self._globs
            if fnmatchcase(submission, row.submission) or fnmatchcase(path.name, row.submission)
        ]
        by_id = [row for row in self._named.get(named, ()) if not row.submission]
        for rows in (by_name, by_glob, by_id):
            found = next((row for row in rows if row.problem in ("", problem)), None)
            if found is not None:
                return self._learner(found.student, problem)
        return Learner()

    def _learner(self, student: str, problem: str) -> Learner:
        """A line for this very problem goes before one for all."""
        own = [row for row in self._of[student] if row.problem in ("", problem)]
        own.sort(key=lambda row: row.problem != problem)
        name = next((row.name for row in own if row.name), "")
        due = next((row.due for row in own if row.due is not None), None)
        return Learner(id=student, name=name, due=due)


def read_roster(path: Path) -> Roster:
    """A list in CSV with a header; columns that aren't known are passed over.

    Raises:
        UsageError: it can't be read. ProblemError: every fault of it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            numbered = [(lines.line_num, cells) for cells in lines]
    except OSError as error:
        raise UsageError(f"--roster {path}: it can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--roster {path}: it isn't in UTF-8; save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise UsageError(f"--roster {path}: this is no CSV with commas: {error}") from error
    header = [cell.strip().lower() for cell in numbered[0][1]] if numbered else []
    if "student" not in header:
        what = f"its first line has no column student; columns: {', '.join(COLUMNS)}"
        raise ProblemError([Fault(path=str(path), line=1, where="", what=what)])
    faults: list[Fault] = []
    rows = list(_rows(str(path), header, numbered[1:], faults))
    if faults:
        raise ProblemError(faults)
    return Roster(path.name, rows)


def _rows(
    path: str, header: Sequence[str], lines: Sequence[tuple[int, Sequence[str]]], faults: list[Fault]
) -> Iterator[Row]:
    seen: dict[tuple[str, str, str], int] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        given = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}

        def fault(where: str, what: str, line: int = line) -> None:
            faults.append(Fault(path=path, line=line, where=where, what=what))

        if not given.get("student"):
            fault("student", "there is no id")
            continue
        key = given["student"], given.get("problem", ""), given.get("submission", "")
        if key in seen:
            fault("student", f"{key[0]} stands in line {seen[key]} already")
        seen.setdefault(key, line)
        due = _due(given)
        if due is None and given.get("due"):
            fault("due", f"{given['due']} is no time; write 2026-10-31T18:00")
        yield Row(student=key[0], name=given.get("name", ""), submission=key[2], due=due, problem=key[1])


def _due(given: Mapping[str, str]) -> float | None:
    if given.get("due"):
        with suppress(ValueError):
            return seconds(given["due"], end_of_day=True)
    return None
