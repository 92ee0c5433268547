from reporters.reports import result

from judge.pages.class_parts.histogram import histogram
from judge.stats import statistics
from judge.stats.record import Scores
from pages.class_parts.counted import read, words


def scores(*found: float) -> Scores:
    (problem,) = statistics(result(score=score) for score in found).problems
    return problem.scores


def test_a_column_is_as_high_as_its_count_and_says_it():
    drawn = read(histogram(scores(0.0, 0.0, 0.0, 0.0, 0.35, 1.0, 1.0))).find("svg")
    heights = [(one.get("class"), one.get("height")) for one in drawn.iter("rect")]
    assert heights == [("part", "78%"), ("part", "19.5%"), ("good", "39%")]
    labels = [words(one) for one in drawn.iter("text")]
    assert labels == [
        ".0", "4", ".1", ".2", ".3", "1", ".4", ".5", ".6", ".7", ".8", ".9", "full", "2",
    ]  # fmt: skip
    assert drawn.get("aria-label") == "Submissions by score: from 0.0: 4, from 0.3: 1, full: 2"


def test_one_of_many_is_still_seen():
    drawn = read(histogram(scores(*[0.0] * 999, 0.5))).find("svg")
    assert [one.get("height") for one in drawn.iter("rect")] == ["78%", "1%"]


def test_nobody_is_an_empty_picture():
    none = Scores(bins=(0,) * 10, full=0, without=3, median=None, mean=None)
    drawn = read(histogram(none)).find("svg")
    assert list(drawn.iter("rect")) == []
    assert drawn.get("aria-label") == "Submissions by score: none"
