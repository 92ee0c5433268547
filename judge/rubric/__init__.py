"""A problem's rubric: what a result gets by it, in which words it is told, and which attempt counts."""

from judge.rubric.attempts import attempt_that_counts
from judge.rubric.points import late, rubric_points, with_rubric
from judge.rubric.rule import rule

__all__ = ["attempt_that_counts", "late", "rubric_points", "rule", "with_rubric"]
