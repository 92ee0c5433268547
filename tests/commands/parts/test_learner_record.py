import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from reporters.reports import result, wrong_result

from judge.commands.parts.learner_record import Record, note_accepted, record, recorded
from judge.report import SubmissionResult

pytestmark = pytest.mark.usefixtures("root")
HERE: dict[str, str] = {}
NEWS = ("accepted: `judge solution demo` shows the reference and its reasons",)


def own(**changes: object) -> SubmissionResult:
    return replace(result(), submission="submissions/demo/ada.py", problem="demo", sha256="ab", **changes)  # type: ignore[arg-type]


def test_what_is_kept_is_found_again_a_problem_apart():
    record("demo", Record(hints=2, accepted="ab", when="now"))
    assert recorded("demo") == Record(hints=2, accepted="ab", when="now")
    assert recorded("other") == Record()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "3",
        "{}",
        '"hints"',
        "[" * 100_000,
        '{"hints": -1, "accepted": "", "when": ""}',
        '{"hints": true, "accepted": "", "when": ""}',
        '{"hints": 1, "accepted": null, "when": ""}',
        '{"hints": 1, "accepted": "", "when": 4}',
    ],
)
def test_what_is_damaged_counts_as_nothing(text: str):
    record("demo", Record(hints=1))
    (file,) = Path(os.environ["XDG_STATE_HOME"]).rglob("*.json")
    file.write_text(text)
    assert recorded("demo") == Record()


def test_the_first_accepted_submission_is_kept_with_its_digest_and_the_time():
    record("demo", Record(hints=1))
    assert note_accepted([wrong_result(), own(), replace(own(), sha256="cd")], HERE) == NEWS
    kept = recorded("demo")
    assert (kept.hints, kept.accepted) == (1, "ab")
    assert kept.when.endswith("+00:00")
    assert note_accepted([replace(own(), sha256="cd")], HERE) == ()
    assert recorded("demo") == kept


@pytest.mark.parametrize(
    "other",
    [
        {"cases_total": 11},
        {"submission": "submissions/demo/examples/accepted/lesson.py"},
        {"submission": "reference/demo/reference.py"},
        {"verdict": wrong_result().verdict},
    ],
)
def test_part_of_the_cases_or_a_file_that_comes_with_the_exercise_is_no_run_of_ones_own(
    other: dict[str, object],
):
    assert note_accepted([replace(own(), **other)], HERE) == ()  # type: ignore[arg-type]
    assert recorded("demo") == Record()


@pytest.mark.parametrize(
    "name", ["-", "/home/ada/examples/mine.py", "submissions/demo/examples.py", "reference.py"]
)
def test_a_file_may_lie_anywhere(name: str):
    assert note_accepted([replace(own(), submission=name)], HERE) == NEWS


@pytest.mark.parametrize(("value", "noted"), [("true", ()), ("1", ()), ("false", NEWS), ("", NEWS)])
def test_services_keep_nothing(value: str, noted: tuple[str, ...]):
    assert note_accepted([own()], {"CI": value}) == noted


def test_a_folder_that_cannot_be_written_breaks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert note_accepted([own()], HERE) == ()
    assert recorded("demo") == Record()


def test_the_file_is_plain_json():
    record("demo", Record(hints=2))
    (file,) = Path(os.environ["XDG_STATE_HOME"]).rglob("*.json")
    assert json.loads(file.read_text()) == {"hints": 2, "accepted": "", "when": ""}
    assert file.relative_to(os.environ["XDG_STATE_HOME"]).as_posix() == "judge/problems/demo.json"
