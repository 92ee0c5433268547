"""What is chosen of a store, and how it is shown."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from reporters.reports import case, finding
from store.courses import Course, right, wrong

from commands.results.calling import call, rows, shown
from judge.reporters import ON_STDOUT, REPORTERS
from judge.verdict import Verdict

TABLE = """\
demo
submission               verdict       score  finding               when  run
submissions/demo/ada.py  wrong_answer   0.50  unscaled-grads  DATE    3
submissions/demo/bob.py  accepted       1.00                  DATE    3
cyd.py                   wrong_answer   0.25  unscaled-grads  DATE    1

other
submission                verdict   score  finding         when  run
submissions/other/ada.py  accepted   1.00           DATE    3

4 results
"""


def dated(text: str) -> str:
    return re.sub(r"\d\d\d\d-\d\d-\d\d|\d\d-\d\d \d\d:\d\d| 1\d-\d\d \d\d:\d\d", "DATE", text)


def test_the_newest_result_of_each_submission_is_a_table_by_problem(course: Course):
    done = call("--store", course.url)
    assert (done.stderr, done.exit_code) == ("", 0)
    squeezed = re.sub(r" +", " ", dated(done.stdout))
    assert squeezed == re.sub(r" +", " ", TABLE)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_store_may_stand_before_or_after_a_command_or_in_the_environment(course: Course):
    asked = call("runs", "--store", course.url)
    assert asked.exit_code == 0
    assert call("--store", course.url, "runs").stdout == asked.stdout
    assert call("runs", JUDGE_STORE=course.url).stdout == asked.stdout
    assert call("--store", "nowhere.db", "runs", "--store", course.url).stdout == asked.stdout


@pytest.mark.parametrize("command", [(), ("runs",), ("diff", "1", "2"), ("prune", "--keep-runs", "1")])
def test_without_a_store_the_command_says_how_to_name_one(command: tuple[str, ...]):
    done = call(*command)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Say --store PATH, or set JUDGE_STORE to it" in done.stderr


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path):
    done = call("--store", str(tmp_path / "none.db"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no such store; `judge run --store" in done.stderr
    assert not list(tmp_path.glob("*.db*"))


def test_a_page_says_how_many_there_are_and_how_to_see_more(store_url: str):
    Course(store_url).run({f"{at:02}.py": right(sha256=f"{at:064}") for at in range(60)})
    first = call("--store", store_url).stdout
    assert first.endswith("\n1 to 50 of 60 results; more with --offset 50\n")
    assert "49.py" in first
    assert "50.py" not in first
    assert call("--store", store_url, "--offset", "50").stdout.endswith("\n51 to 60 of 60 results\n")
    assert call("--store", store_url, "--offset", "99").stdout == "\nnone from there on, of 60 results\n"
    assert len(shown("--store", store_url)) == 60
    assert shown("--store", store_url, "--limit", "2", "--offset", "7") == [("07.py", "0"), ("08.py", "0")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["--problem", "other"], ["7"]),
        (["--submission", "submissions/demo/*"], ["3", "9"]),
        (["--submission", "ada.py"], ["3", "7"]),
        (["--learner", "ada"], ["3", "7"]),
        (["--learner", "ada", "--problem", "demo"], ["3"]),
        (["--verdict", "accepted"], ["9", "7"]),
        (["--verdict", "accepted", "--verdict", "wrong_answer"], ["3", "9", "5", "7"]),
        (["--pitfall", "unscaled-grads"], ["3", "5"]),
        (["--pitfall", "unscaled-grads", "--verdict", "wrong_answer", "--learner", "cyd"], ["5"]),
        (["--run", "1"], ["5", "1", "9"]),
        (["--run", "2", "--learner", "ada"], ["2"]),
        (["--since", "2026-09-22"], ["3", "7"]),
        (["--learner", "ada", "--problem", "demo", "--which", "all"], ["1", "2", "3"]),
        (["--learner", "bob", "--which", "all"], ["9"]),
        (["--which", "best", "--problem", "demo"], ["9", "2", "5"]),
        (["--which", "best", "--verdict", "wrong_answer"], ["5"]),
        (["--which", "all", "--since", "2026-09-22", "--problem", "demo"], ["2", "3"]),
    ],
)
def test_what_fits_all_filters_is_shown(
    course: Course, asked: list[str], found: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TZ", "UTC")
    assert [content for _, content in shown("--store", course.url, *asked)] == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            ["--problem", "dmo"],
            "no results of a problem dmo in the store. Did you mean demo? It has: demo, other",
        ),
        (
            ["--pitfall", "unscaled-grad"],
            "unscaled-grad was never found in this store. Did you mean unscaled-grads?",
        ),
        (["--learner", "zoe"], "no result in the store is like that; leave out a filter"),
        (["--run", "9"], "no result in the store is like that; leave out a filter"),
    ],
)
def test_where_nothing_fits_the_command_ends_with_5(course: Course, asked: list[str], told: str):
    done = call("--store", course.url, *asked)
    assert (done.exit_code, done.stdout, done.stderr) == (5, "", f"error: {told}\n")


def test_what_was_judged_anew_and_stayed_as_it_was_is_one_line_of_a_history(store_url: str):
    made = Course(store_url)
    made.run({"ada.py": wrong("1")})
    made.run({"ada.py": wrong("1")}, rejudge=True)
    made.run({"ada.py": wrong("1", findings=(finding(line=12),))}, rejudge=True)
    done = call("--store", store_url, "--learner", "ada", "--which", "all", "--format", "table-csv")
    assert [(row["run"], row["first_line"]) for row in rows(done.stdout)] == [("2", "10"), ("3", "12")]
    table = call("--store", store_url, "--learner", "ada", "--which", "all").stdout
    assert [line.split()[-1] for line in table.splitlines()[2:4]] == ["1", "3"]


def test_the_best_is_a_grade_and_what_was_regraded_counts_as_it_is_now(store_url: str):
    made = Course(store_url)
    made.run({"ada.py": right("1"), "bob.py": right("5", cases_total=9)})
    made.run({"ada.py": wrong("1"), "bob.py": wrong("6")}, cases="mended")
    made.run({"ada.py": wrong("2", score=0.5), "bob.py": wrong("6")}, cases="mended")
    assert shown("--store", store_url, "--which", "best") == [("ada.py", "2"), ("bob.py", "6")]


def test_of_several_files_of_a_learner_the_one_that_came_last_is_the_newest(store_url: str):
    made = Course(store_url)
    made.run({"4711-b.py": right("1"), "12-a.py": right("2")})
    made.run({"4711-a.py": wrong("3"), "4711-b.py": right("1"), "12-a.py": right("2")})
    made.run({"4711-a.py": wrong("3"), "4711-b.py": right("1"), "12-a.py": right("2")}, cases="mended")
    asked = ("--store", store_url, "--student-id", r"^(\d+)-")
    assert shown(*asked) == [("12-a.py", "2"), ("4711-a.py", "3")]
    assert shown(*asked, "--which", "best") == [("12-a.py", "2"), ("4711-b.py", "1")]
    assert shown(*asked, "--learner", "4711", "--which", "all") == [("4711-b.py", "1"), ("4711-a.py", "3")]
    assert re.search(r"4711-a.py +4711 +wrong_answer", call(*asked).stdout)


def test_files_of_nobody_stand_for_themselves(store_url: str):
    Course(store_url).run({"ada.py": right("1"), "bob.py": right("2")})
    assert len(shown("--store", store_url, "--student-id", r"^(\d+)-")) == 2


@pytest.mark.parametrize("name", [name for name in ON_STDOUT if not REPORTERS[name].one_submission])
def test_every_report_is_made_of_what_was_chosen_and_of_nothing_else(course: Course, name: str):
    done = call("--store", course.url, "--submission", "submissions/demo/*", "--format", name)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "cyd" not in done.stdout
    assert name in ("github", "sarif") or "submissions/demo/ada.py" in done.stdout


def test_a_report_has_the_head_of_the_newest_run_that_it_tells_of(course: Course):
    newest = json.loads(call("--store", course.url, "--format", "json").stdout)
    assert (newest["entropy"], newest["exit_code"], newest["complete"]) == (7, 0, True)
    assert newest["summary"]["verdicts"] == {"wrong_answer": 2, "accepted": 2}
    second = json.loads(call("--store", course.url, "--run", "2", "--format", "json").stdout)
    assert (second["entropy"], second["summary"]["seconds"]) == (0, 1.7)


def test_reports_go_to_files_whole_whatever_the_table_shows(course: Course, tmp_path: Path):
    page, points = tmp_path / "pages", tmp_path / "points.csv"
    done = call("--store", course.url, "--report", f"html={page}/", "--report", f"gradebook={points}")
    assert done.exit_code == 0
    assert len(list((page / "submissions").iterdir())) == 4
    assert len(rows(points.read_text())) == 4
    cut = call("--store", course.url, "--limit", "1", "--report", f"gradebook={points}")
    assert (cut.exit_code, len(rows(points.read_text()))) == (0, 1)


def test_a_report_that_cannot_be_written_ends_with_3(course: Course, tmp_path: Path):
    (tmp_path / "file").touch()
    done = call("--store", course.url, "--report", f"json={tmp_path}/file/x")
    assert done.exit_code == 3
    assert done.stderr.endswith("Not a directory\n")
    assert "4 results" in done.stdout


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--format", "html"], "html goes to a file only: say --report html=PATH."),
        (["--format", "tabel"], "no format tabel. Did you mean table? Known: table, table-csv, console"),
        (["--report", "html=-"], "--report html=-: it goes to files only"),
        (["--format", "gradescope"], "a gradescope report tells of one submission, and 4 are chosen"),
        (["--since", "yesterday"], "yesterday is no time. Write a date such as 2026-10-31"),
        (["--since", "99999999999d"], "99999999999d is no time."),
        (["--verdict", "right"], "'right' is not one of 'judge_error'"),
        (["--roster", "nowhere.csv"], "--roster nowhere.csv: it can't be read: No such file or directory"),
        (["--student-id", "("], "( is no regular expression"),
        (["--problem", "demo", "runs"], "--problem stands before runs, which doesn't take it there"),
    ],
)
def test_wrong_usage_is_told_in_one_sentence(course: Course, asked: list[str], told: str):
    done = call("--store", course.url, *asked)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert told in done.stderr


def test_a_report_never_takes_the_place_of_the_store(tmp_path: Path):
    made = Course(str(tmp_path / "store.db"))
    made.run({"ada.py": right()})
    done = call("--store", made.url, "--report", f"json={made.url}")
    assert (done.exit_code, "that file is read as an input" in done.stderr) == (2, True)
    assert call("--store", made.url).exit_code == 0


def test_an_empty_store_and_what_is_no_store_are_told(tmp_path: Path):
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("hello, this is no database at all\n" * 99)
    for name, told in (("empty.db", "is empty"), ("text.db", "it is no store")):
        done = call("--store", str(tmp_path / name))
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert told in done.stderr


def test_a_tidy_table_has_what_a_notebook_asks_for(course: Course):
    done = call("--store", course.url, "--format", "table-csv", "--submission", "*/demo/ada.py")
    (row,) = rows(done.stdout)
    told = {key: row[key] for key in ("problem", "learner", "run", "verdict", "score", "graded", "errors")}
    assert told == {
        "problem": "demo",
        "learner": "ada",
        "run": "3",
        "verdict": "wrong_answer",
        "score": "0.5",
        "graded": "1",
        "errors": "unscaled-grads",
    }
    assert (row["handed_in"], row["given"]) == ("2026-09-23T14:13:20+00:00", "2026-09-23T14:14:20+00:00")


def test_what_learners_wrote_is_shown_harmless(store_url: str):
    Course(store_url).run({"=cmd\x1b[31m.py": right("1", cases=(case("::error::", Verdict.ACCEPTED),))})
    for name in ("table", "table-csv", "console", "csv", "json"):
        done = call("--store", store_url, "--format", name)
        assert done.exit_code == 0
        assert "\x1b" not in done.stdout
    assert "'=cmd" in call("--store", store_url, "--format", "table-csv").stdout


def test_nothing_of_numpy_or_jax_is_needed_for_a_table(course: Course):
    code = (
        "import atexit, sys, judge.cli; "
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); judge.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "results", "--store", course.url],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"numpy", "jax", "judge.run.runner", "htpy"} & set(done.stderr.split())
