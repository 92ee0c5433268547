"""`judge stats` as it is called."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reporters.classes import small_class
from reporters.reports import Anew, exception, report, wrong_result

from judge.cli import main
from judge.reporters.json import JsonReporter
from judge.reporters.jsonl import JsonlReporter

REPORT = report(*small_class())
BROKEN = "".join(JsonlReporter().render(REPORT).splitlines(keepends=True)[:3])


def call(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ("stats", *arguments), input=stdin)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "class.json"
    file.write_text(JsonReporter().render(REPORT))
    return file


def test_a_file_is_shown_in_plain_text_anywhere(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(path.parent)  # no problem is needed
    shown = call("class.json")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith("demo: 7 submissions\n2 accepted (28%), 2 partly right")
    assert "\x1b" not in shown.stdout
    assert "\x1b[1m" in call("class.json", "--color", "always").stdout


@pytest.mark.parametrize("written", [JsonReporter(), JsonlReporter()])
def test_standard_input_in_either_form_gives_the_same(path: Path, written: JsonReporter | JsonlReporter):
    for name in ("console", "csv", "json"):
        shown = call("-", "--format", name, stdin=written.render(REPORT))
        assert (shown.exit_code, shown.stdout) == (0, call(str(path), "--format", name).stdout)


def test_an_interrupted_run_is_counted_and_said():
    shown = call("-", "--format", "json", stdin=BROKEN)
    assert (shown.exit_code, json.loads(shown.stdout)["submissions"]) == (0, 2)
    assert json.loads(shown.stdout)["complete"] is False
    assert shown.stderr == ("note: the run of <stdin> was interrupted: what was not finished is missing\n")
    assert "Interrupted: what was not finished is missing here." in call("-", stdin=BROKEN).stdout


def test_verbose_shows_all_rows():
    def each(number: int):
        return wrong_result(exception=exception(type=f"Error{number}"))

    text = JsonlReporter().render(report(results=Anew(14, each)))
    assert "... and 2 more (-v" in call("-", stdin=text).stdout
    assert "Error13" in call("-", "-v", stdin=text).stdout


BAD = [
    ("", "error: <stdin>: this is no judge-result/v1: "),
    (
        '{"schema": "judge-verify/v1"}',
        "error: <stdin>: this is no judge-result/v1 (it says judge-verify/v1)",
    ),
    (
        BROKEN + '{"submission": "\\u001b[31m"}\n',
        "error: <stdin>:4: this is no judge-run/v1: Object missing",
    ),
]


@pytest.mark.parametrize(("text", "told"), BAD, ids=range(len(BAD)))
def test_what_is_no_report_is_wrong_usage_told_in_one_line(text: str, told: str):
    shown = call("-", stdin=text)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr.startswith(told)
    assert shown.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path):
    for wrong in (tmp_path / "nowhere.json", tmp_path):
        shown = call(str(wrong))
        assert (shown.exit_code, shown.stdout) == (2, "")
        assert shown.stderr.startswith(f"error: Invalid value for 'FILE': '{wrong}': ")
    assert call().exit_code == 2
