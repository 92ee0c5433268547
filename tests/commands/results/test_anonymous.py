"""Results that don't say whose they are."""

from pathlib import Path

import pytest
from reporters.reports import case, exception, finding, result
from store.courses import Course, right, wrong

from commands.results.calling import call, rows
from judge.commands.results.anonymous import renamed
from judge.evidence import Capture
from judge.reporters import ON_STDOUT, REPORTERS

NAME = "submissions/demo/4711/ada_lovelace.py"
TELLS = wrong(
    "1",
    message=f"in {NAME}: no",
    source="# ada_lovelace.py\nx = 1\n",
    exception=exception(message="/tmp/x/ada_lovelace.py:3, in ada_lovelace"),
    findings=(finding(message="module ada_lovelace", help="mend Ada_Lovelace.py"),),
    capture=Capture(stdout="hello from 4711/ada_lovelace.py\n", stderr="ada_lovelace\n"),
    cases=(case(message="ada_lovelace.py"),),
)


@pytest.fixture
def told(store_url: str) -> str:
    Course(store_url).run({NAME: TELLS, "bob.py": right("0")})
    return store_url


@pytest.mark.parametrize("name", ["table", "table-csv", *ON_STDOUT])
def test_no_format_has_the_name_of_a_file(told: str, name: str):
    one = name in REPORTERS and REPORTERS[name].one_submission
    asked = ("--submission", "ada*") if one else ()
    done = call("--store", told, "--anonymous", "--format", name, *asked)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "ada_lovelace" not in done.stdout.lower()
    assert "4711" not in done.stdout
    assert name in ("github", "sarif", "gradescope", "classroom50") or "submission-1" in done.stdout


def test_no_page_has_it_either(told: str, tmp_path: Path):
    assert call("--store", told, "--anonymous", "--report", f"html={tmp_path}/pages/").exit_code == 0
    pages = [path for path in (tmp_path / "pages").rglob("*") if path.is_file()]
    assert len(pages) == 4
    for path in pages:
        assert "ada" not in path.name
        assert "ada_lovelace" not in path.read_text().lower()


def test_names_are_the_same_in_each_report_and_by_no_alphabet(told: str):
    first, second = (
        [row["submission"] for row in rows(call("--store", told, "--anonymous", "--format", kind).stdout)]
        for kind in ("csv", "table-csv")
    )
    assert first == second == ["submission-1", "submission-2"]
    row = rows(call("--store", told, "--anonymous", "--format", "csv").stdout)[0]
    assert row["sha256"] == "0" * 64  # Bob's, by content


def test_learners_are_not_named(told: str):
    done = call("--store", told, "--anonymous", "--student-id", "([a-z]+)", "--format", "table-csv")
    assert {row["learner"] for row in rows(done.stdout)} == {""}
    assert "learner" not in call("--store", told, "--anonymous", "--student-id", "([a-z]+)").stdout


def test_a_name_that_the_program_itself_uses_stays_a_word_of_the_program():
    one = result(submission="loss.py", source="loss = 1\n", message="`loss` is float32, in loss.py")
    assert renamed(one, "submission-3").message == "`loss` is float32, in submission-3"


def test_what_is_one_of_a_few_words_stays():
    one = result(submission="generic.py", cases=(case("generic", message="generic"),))
    changed = renamed(one, "submission-3")
    assert (changed.cases[0].name, changed.cases[0].message) == ("generic", "submission-3")
    assert renamed(result(submission="-", message="a - b"), "submission-1").message == "a - b"
