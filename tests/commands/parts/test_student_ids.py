import re

from judge.commands.parts.student_ids import doubtful_ids

FILES = [("demo", f"submissions/demo/{name}.py") for name in ("a_1", "b_2", "c", "d", "e", "f")]


def test_files_without_an_id_are_counted_and_the_first_ones_named():
    (said,) = doubtful_ids(FILES, re.compile(r"_(\d)"))
    assert said == (
        "4 files have no student id in the gradebook, since --student-id doesn't match: "
        "submissions/demo/c.py, submissions/demo/d.py, submissions/demo/e.py and 1 more"
    )


def test_an_id_of_several_files_of_one_problem_is_told():
    twice = [*FILES[:2], ("demo", "more/a_1.py"), ("other", "b_2.py")]
    assert list(doubtful_ids(twice, None)) == [
        "1 student id is that of more than one file in the gradebook: a_1"
    ]


def test_nothing_is_said_where_everybody_has_an_id_of_their_own():
    assert list(doubtful_ids(FILES, None)) == []
