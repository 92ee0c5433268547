"""Points by the rubrics of today: what a result gets, how late it came, and which attempt counts."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Connection

from judge.commands.inputs.find_problem import Problems, root_folder
from judge.commands.results.roster import Learners
from judge.errors import JudgeError
from judge.problem.model import Problem
from judge.report import RubricPoints, SubmissionResult
from judge.rubric import attempt_that_counts, with_rubric
from judge.store.history.find_results import Given
from judge.store.history.find_runs import began
from judge.store.read_results import packed_results
from judge.store.records import unpacked

DAY_SECONDS = 86_400.0


class Rubrics:
    """The problems as they are today; a store has none of what only decides on points.

    Args:
        root: as `--root` gave it. say: takes a sentence about a problem that isn't there any more.
    """

    def __init__(self, root: Path | None, say: Callable[[str], None]) -> None:
        self._root = root
        self._say = say
        self._known: dict[str, Problem | None] = {}

    def problem(self, name: str) -> Problem | None:
        """The problem; None where it isn't to be had."""
        if name not in self._known:
            try:
                self._known[name] = Problems(root_folder(self._root)).problem(name)
            except JudgeError as error:
                self._known[name] = None
                first = str(error).splitlines()[0]
                self._say(f"{name} is told without the points that its problem gives today: {first}")
        return self._known[name]

    def given(self, result: SubmissionResult, days_late: float) -> SubmissionResult:
        """The result with today's points."""
        problem = self.problem(result.problem)
        return result if problem is None else with_rubric(result, problem, days_late=days_late)


def days_late(handed_in: float, due: float | None) -> float:
    """How many days after its due date something was handed in; 0 where there is no such date."""
    return 0.0 if due is None else max(handed_in - due, 0.0) / DAY_SECONDS


class Counting:
    """Which attempt counts where a problem's rubric says so: `--which counts`."""

    def __init__(self, connection: Connection, rubrics: Rubrics, learners: Learners) -> None:
        self._connection = connection
        self._rubrics = rubrics
        self._learners = learners
        self._starts = began(connection)

    def __call__(self, attempts: Sequence[Sequence[Given]]) -> int | None:
        """Its place among attempts of one learner at one problem, None where there is no rubric.

        Args:
            attempts: in the order in which they were handed in, each with its results in time.
        """
        problem = self._rubrics.problem(attempts[0][0].problem)
        if problem is None or problem.rubric is None:
            return None
        points = [self._points(problem, attempt) for attempt in attempts]
        return attempt_that_counts(problem.rubric, points)

    def _points(self, problem: Problem, attempt: Sequence[Given]) -> RubricPoints:
        last = attempt[-1]
        kept = packed_results(self._connection, [last.result], with_flow=False)[last.result]
        result = unpacked(kept, last.submission, with_flow=False)
        days = days_late(self._starts.get(attempt[0].first, 0.0), self._learners(*last.file).due)
        pointed = with_rubric(result, problem, days_late=days).rubric
        if pointed is None or result.cases_total is not None:  # a part of the cases is no grade
            return RubricPoints(earned=None, in_time=None, possible=0)
        return pointed
