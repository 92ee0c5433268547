"""Doubts about the student ids of a gradebook, told before anything is judged."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from judge.reporters.gradebook import student_of

SHOWN = 3  # names


def doubtful_ids(submissions: Iterable[tuple[str, str]], pattern: re.Pattern[str] | None) -> Iterator[str]:
    """What a teacher should know before points are given out by these ids, a sentence each.

    Args:
        submissions: the problem and the file of each.
    """
    ids = [(problem, name, student_of(name, pattern)) for problem, name in submissions]
    without = [name for _, name, student in ids if not student]
    if without:
        yield (
            f"{_counted(len(without), 'file has', 'files have')} no student id in the gradebook, "
            f"since --student-id doesn't match: {_first(without)}"
        )
    counts = Counter((problem, student) for problem, _, student in ids if student)
    twice = [student for (_, student), count in counts.items() if count > 1]
    if twice:
        yield (
            f"{_counted(len(twice), 'student id is', 'student ids are')} that of more than one file in the "
            f"gradebook: {_first(twice)}"
        )


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _first(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
