from judge.problem.model import CaseGroup, Late, Rubric
from judge.rubric import rule
from rubric.rubrics import RUBRIC


def test_the_rule_is_said_in_short_sentences():
    assert rule(RUBRIC) == (
        "the basics, 60 points: scaled, plain, shared by weight",
        "large ones, 40 points: drawn",
        (
            "a case that fails through nothing but these pitfalls is not lost; in its place each of them "
            "costs, once, this many points: unscaled-grads 20, uncast-inputs 10"
        ),
        "10 % of the points are lost for each day begun after the due date, at most 50 %",
        "of several attempts the best one counts",
    )
    plain = Rubric(
        groups=(CaseGroup(name="all", cases=("one",), points=1),), late=Late(per_day=5), attempts="last"
    )
    assert rule(plain) == (
        "all, 1 point: one",
        "5 % of the points are lost for each day begun after the due date",
        "of several attempts the last one counts",
    )


def test_a_rubric_without_prices_says_nothing_of_them():
    assert not any("pitfall" in sentence for sentence in rule(Rubric(groups=RUBRIC.groups)))
