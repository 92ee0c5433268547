"""What a submission has, what it had, and when it was handed in."""

from contextlib import closing

import pytest

from judge.store.connect import open_store
from judge.store.history.attempts import Attempt, Learner, attempts
from judge.store.history.find_results import (
    Given,
    histories,
    known_pitfalls,
    newest,
    of_run,
    with_pitfall,
    with_verdict,
)
from judge.verdict import Verdict
from store.courses import DAY, MONDAY, Course, right, wrong


def learner(_problem: str, submission: str) -> Learner:
    return Learner(id=submission.removesuffix(".py"), due=MONDAY)


def told(url: str, given: list[Given] | None = None) -> list[Attempt]:
    with closing(open_store(url, must_exist=True)) as store, store.engine.connect() as connection:
        return list(attempts(connection, newest(connection) if given is None else given, learner))


def past(url: str, until: int | None = None) -> list[list[tuple[int, int, int]]]:
    with closing(open_store(url, must_exist=True)) as store, store.engine.connect() as connection:
        return [
            [(one.first, one.run, one.result) for one in each] for each in histories(connection, until=until)
        ]


def test_what_a_submission_has_is_what_the_last_run_said_of_it(store_url: str):
    course = Course(store_url)
    course.run({"ada.py": wrong("b"), "bob.py": right("c")})
    course.run({"ada.py": right("d")})
    ada, bob = sorted(told(store_url), key=lambda one: one.submission)
    assert (ada.submission, ada.run, ada.verdict, ada.score) == ("ada.py", 2, Verdict.ACCEPTED, 1.0)
    assert (bob.submission, bob.run, bob.sha256) == ("bob.py", 1, "c" * 64)
    assert ada.learner == Learner(id="ada", due=MONDAY)


def test_an_attempt_knows_when_it_came_and_when_it_got_its_result(store_url: str):
    course = Course(store_url)
    course.run({"ada.py": wrong("b")})
    course.run({"ada.py": wrong("b")})  # nothing new
    course.run({"ada.py": right("b")}, cases="mended")
    course.run({"ada.py": right("b")}, cases="mended")
    (ada,) = told(store_url)
    assert (ada.handed_in, ada.given, ada.first, ada.run) == (MONDAY, MONDAY + 2 * DAY + 60, 3, 4)


def test_what_is_handed_in_again_after_something_else_counts_from_then_on(store_url: str):
    course = Course(store_url)
    for content in "bcb":
        course.run({"ada.py": wrong(content)})
    (ada,) = told(store_url)
    assert (ada.handed_in, ada.first) == (MONDAY + 2 * DAY, 3)


def test_a_copy_is_given_what_its_original_got_when_it_came(store_url: str):
    course = Course(store_url)
    course.run({"ada.py": right("b")})
    course.run({"bob.py": right("b")})
    bob = next(one for one in told(store_url) if one.submission == "bob.py")
    assert (bob.handed_in, bob.given) == (MONDAY + DAY, MONDAY + DAY)


def test_findings_come_with_their_lines_and_a_part_is_no_grade(store_url: str):
    Course(store_url).run({"ada.py": wrong("b", cases_total=9)})
    (ada,) = told(store_url)
    assert [(one.pitfall, one.severity, one.line) for one in ada.findings] == [
        ("unscaled-grads", "error", 10)
    ]
    assert ada.whole is False


def test_a_history_has_a_line_for_each_result_and_says_how_long_it_stayed(store_url: str):
    course = Course(store_url)
    for content in "bbcb":
        course.run({"ada.py": wrong(content), "bob.py": right("d")})
    assert past(store_url) == [[(1, 2, 1), (3, 3, 3), (4, 4, 1)], [(1, 4, 2)]]
    assert past(store_url, until=3) == [[(1, 2, 1), (3, 3, 3)], [(1, 3, 2)]]


def test_results_are_found_by_verdict_by_pitfall_and_by_run(store_url: str):
    course = Course(store_url)
    course.run({"ada.py": wrong("b"), "bob.py": right("c")})
    course.run({"bob.py": right("d"), "ada.py": wrong("b")})
    with closing(open_store(store_url)) as store, store.engine.connect() as connection:
        assert with_verdict(connection, [Verdict.WRONG_ANSWER]) == {1}
        assert with_verdict(connection, [Verdict.WRONG_ANSWER, Verdict.ACCEPTED]) == {1, 2, 3}
        assert with_pitfall(connection, ["unscaled-grads"]) == {1}
        assert known_pitfalls(connection) == ["unscaled-grads"]
        assert [(one.submission, one.result) for one in of_run(connection, 2)] == [
            ("bob.py", 3),
            ("ada.py", 1),
        ]


@pytest.mark.more
def test_many_submissions_are_told_in_their_order(store_url: str):
    names = [f"{number:03}.py" for number in range(450)]  # more than one question asks for
    Course(store_url).run(
        {name: right(f"{number:x}".zfill(4), sha256=f"{number:064x}") for number, name in enumerate(names)}
    )
    assert sorted(one.submission for one in told(store_url)) == names
