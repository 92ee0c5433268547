"""Whose a submission is, by the list of a course."""

from pathlib import Path

import pytest
from store.courses import Course, right, wrong

from commands.results.calling import call, rows, shown
from judge.commands.results.roster import Learners, read_roster
from judge.errors import ProblemError, UsageError
from judge.store.history.attempts import Learner

LIST = """\
Student,name,submission,due,problem,email
ada,Ada Lovelace,,2026-09-22T12:00+00:00,demo,ada@example.org
ada,,,2026-10-01T12:00+00:00,,ada@example.org
bob,Bob,*4711*.py,,,
cyd,Cyd,late.py,,,

dan,Dan,,,,
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "course.csv"
    path.write_text("\N{ZERO WIDTH NO-BREAK SPACE}" + LIST, encoding="utf-8")
    return path


def test_a_submission_is_found_by_its_name_by_a_glob_or_by_the_id(roster: Path):
    learners = Learners(None, read_roster(roster))
    assert learners("demo", "submissions/demo/ada.py") == Learner(
        id="ada", name="Ada Lovelace", due=1_790_078_400.0
    )
    assert learners("other", "ada.py").due == 1_790_856_000.0
    assert learners("demo", "x/canvas_4711_step.py").id == "bob"
    assert learners("demo", "late.py").id == "cyd"
    assert learners("demo", "cyd.py") == Learner()


def test_a_pattern_says_where_the_id_is(roster: Path, store_url: str):
    Course(store_url).run({"ada-1.py": right("1"), "ada-2.py": wrong("2"), "zoe-1.py": right("3")})
    asked = ("--store", store_url, "--roster", str(roster), "--student-id", "^([a-z]+)-")
    done = call(*asked, "--which", "best", "--format", "table-csv")
    assert [(row["submission"], row["learner"]) for row in rows(done.stdout)] == [
        ("ada-1.py", "ada"),
        ("zoe-1.py", ""),
    ]
    assert done.stderr.splitlines() == [
        "note: 1 of 2 are of nobody in course.csv, such as zoe-1.py",
        "note: 3 in course.csv have no result here: bob, cyd, dan",
    ]
    assert rows(done.stdout)[0]["due"] == "2026-09-22T12:00:00+00:00"


def test_a_gradebook_has_the_ids_of_the_list(roster: Path, store_url: str):
    Course(store_url).run({"x/canvas_4711_step.py": right("1")})
    done = call("--store", store_url, "--roster", str(roster), "--format", "gradebook", "--learner", "bob")
    assert [row["student"] for row in rows(done.stdout)] == ["bob"]


def test_a_learner_that_the_list_does_not_know_is_wrong_usage(roster: Path, store_url: str):
    Course(store_url).run({"ada.py": right("1")})
    done = call("--store", store_url, "--roster", str(roster), "--learner", "adda")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "error: --learner adda: no such student in course.csv. Did you mean ada?\n"
    assert shown("--store", store_url, "--roster", str(roster), "--learner", "ada") == [("ada.py", "1")]


def test_a_date_alone_is_the_end_of_its_day(tmp_path: Path):
    path = tmp_path / "course.csv"
    path.write_text("student,due\nada,2026-09-22\nbob,2026-09-23T00:00\n")
    ada, bob = (read_roster(path).of("demo", f"{name}.py", name).due for name in ("ada", "bob"))
    assert ada is not None
    assert bob is not None
    assert 0 < bob - ada < 1


def test_every_fault_of_a_list_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "course.csv"
    path.write_text('student,due,note\nada,soon,"two\nlines"\n,2026-09-22,\nada,,\n')
    with pytest.raises(ProblemError) as raised:
        read_roster(path)
    assert str(raised.value).replace(f"{path}", "course.csv").splitlines() == [
        "course.csv:3: due: soon is no time; write 2026-10-31T18:00",
        "course.csv:4: student: there is no id",
        "course.csv:5: student: ada stands in line 3 already",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "its first line has no column student"),
        (b"name;id\nada;1\n", "its first line has no column student"),
        (b"student\n\xff\xfe\n", "it isn't in UTF-8"),
        (b'student\n"ada\n', "this is no CSV with commas"),
        (b"student\n\x00\n", None),
    ],
)
def test_what_is_no_list_is_told(tmp_path: Path, content: bytes, told: str | None):
    path = tmp_path / "course.csv"
    path.write_bytes(content)
    if told is None:
        read_roster(path)
        return
    with pytest.raises((UsageError, ProblemError), match=told):
        read_roster(path)
