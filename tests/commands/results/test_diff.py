"""`judge results diff`: what a regrade changed."""

import json
from pathlib import Path

import pytest
from reporters.readers import validator
from reporters.reports import finding
from store.courses import Course, right, wrong

from commands.results.calling import call, rows

TABLE = """\
better: submissions/demo/ada.py (demo)
    wrong_answer 0.25 -> accepted 1.00
    unscaled-grads:10 -> no findings
only in A: submissions/demo/cyd.py (demo)
    wrong_answer 0.25, unscaled-grads:10
findings: submissions/demo/dan.py (demo)
    unscaled-grads:10 -> unscaled-grads:12
worse: submissions/demo/eve.py (demo)
    accepted 1.00 -> wrong_answer 0.25
    no findings -> unscaled-grads:10
only in B: submissions/demo/fay.py (demo)
    accepted 1.00

run 1 -> run 2
  1 better, 1 worse, 1 findings, 1 only in A, 1 only in B, 1 the same
  accepted -> wrong_answer: 1
  wrong_answer -> accepted: 1
"""


def named(**results: object) -> dict:
    return {f"submissions/demo/{name}.py": one for name, one in results.items()}


@pytest.fixture
def regraded(store_url: str) -> Course:
    made = Course(store_url)
    before = named(ada=wrong("1"), bob=right("2"), cyd=wrong("3"), dan=wrong("4"), eve=right("5"))
    made.run(before)
    moved = wrong("4", findings=(finding(line=12),))
    made.run(named(ada=right("1"), bob=right("2"), dan=moved, eve=wrong("5"), fay=right("6")), cases="mended")
    return made


def test_changes_are_told_with_a_summary_and_exit_1(regraded: Course):
    done = call("diff", "1", "2", "--store", regraded.url)
    assert (done.stdout, done.stderr, done.exit_code) == (TABLE, "", 1)
    assert call("diff", "previous", "latest", "--store", regraded.url).stdout == TABLE


def test_where_nothing_changed_the_exit_code_is_0(regraded: Course):
    done = call("diff", "2", "latest", "--store", regraded.url)
    assert (done.stdout, done.exit_code) == ("run 2 -> run 2\n  5 the same\n", 0)
    for name in ("json", "csv", "markdown"):
        assert call("diff", "2", "2", "--store", regraded.url, "--format", name).exit_code == 0
    assert (
        json.loads(call("diff", "2", "2", "--store", regraded.url, "--format", "json").stdout)["changes"]
        == []
    )


def test_json_has_both_sides_and_the_counts(regraded: Course):
    document = json.loads(call("diff", "1", "2", "--store", regraded.url, "--format", "json").stdout)
    validator("judge-diff-v1").validate(document)
    assert (document["schema"], document["same"]) == ("judge-diff/v1", 1)
    assert document["kinds"] == {"better": 1, "worse": 1, "findings": 1, "only in A": 1, "only in B": 1}
    assert document["verdicts"][0] == {"before": "accepted", "after": "wrong_answer", "submissions": 1}
    assert document["changes"][0] == {
        "problem": "demo",
        "submission": "submissions/demo/ada.py",
        "change": "better",
        "before": {"verdict": "wrong_answer", "score": 0.25, "findings": ["unscaled-grads:10"]},
        "after": {"verdict": "accepted", "score": 1.0, "findings": []},
    }
    assert document["changes"][1]["after"] is None


def test_csv_and_markdown_have_a_line_for_each_change(regraded: Course):
    table = rows(call("diff", "1", "2", "--store", regraded.url, "--format", "csv").stdout)
    assert [row["change"] for row in table] == ["better", "only in A", "findings", "worse", "only in B"]
    assert (table[0]["score_before"], table[0]["score_after"], table[1]["verdict_after"]) == (
        "0.25",
        "1.0",
        "",
    )
    markdown = call("diff", "1", "2", "--store", regraded.url, "--format", "markdown").stdout
    assert markdown.count("\n| submissions/demo/") == 5


def test_a_report_and_another_store_are_sides_too(
    regraded: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    published = tmp_path / "published.jsonl"
    published.write_text(call("--store", regraded.url, "--run", "1", "--format", "jsonl").stdout)
    assert call("diff", str(published), "1", "--store", regraded.url).exit_code == 0
    done = call("diff", "published.jsonl", "2", "--store", regraded.url)
    told = "published.jsonl -> run 2"
    assert done.stdout == TABLE.replace("run 1 -> run 2", told)
    assert call("diff", str(published), str(published)).exit_code == 0  # no store is needed
    other = Course(str(tmp_path / "other.db"))
    other.run(named(ada=wrong("1")))
    done = call("diff", other.url, "1", "--store", regraded.url)
    assert done.stdout.endswith("\n  4 only in B, 1 the same\n")
    assert call("diff", other.url, other.url).exit_code == 0


def test_a_run_that_was_interrupted_is_said(store_url: str):
    made = Course(store_url)
    made.run(named(ada=wrong("1")))
    made.run(named(ada=wrong("1")), complete=False, exit_code=130)
    done = call("diff", "previous", "latest", "--store", store_url)
    assert (done.exit_code, done.stderr) == (
        0,
        "note: run 2 is interrupted: what it lacks is missing in it\n",
    )


@pytest.mark.parametrize(
    ("sides", "told"),
    [
        (("1", "9"), "no run 9 in this store; `judge results runs` lists them"),
        (
            ("latest", "nowhere.db"),
            "nowhere.db is no run, and no file that can be read: write a run's number",
        ),
        (("latest", "."), ". is no run, and no file that can be read"),
        (("1",), "Missing argument 'B'."),
        (("1", "text.json"), "text.json: this is no judge-result/v1"),
        (("1", "99999999999999999999"), "no run 99999999999999999999 in this store"),
    ],
)
def test_what_is_no_side_is_wrong_usage(
    regraded: Course, sides: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.json").write_text("hello\n")
    done = call("diff", *sides, "--store", regraded.url)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_store_of_one_run_has_no_previous_one(store_url: str):
    Course(store_url).run(named(ada=wrong("1")))
    done = call("diff", "previous", "latest", "--store", store_url)
    assert (done.exit_code, "has no previous run: it has 1" in done.stderr) == (2, True)
