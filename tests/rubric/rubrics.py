"""A rubric for tests."""

from judge.problem.model import CaseGroup, Late, Rubric

RUBRIC = Rubric(
    groups=(
        CaseGroup(name="the basics", cases=("scaled", "plain"), points=60),
        CaseGroup(name="large ones", cases=("drawn",), points=40),
    ),
    pitfalls={"unscaled-grads": 20, "uncast-inputs": 10},
    late=Late(per_day=10, at_most=50),
)
