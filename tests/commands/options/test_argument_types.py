from pathlib import Path

import click
import pytest

from commands.exercises import make_problem
from judge.commands.options.argument_types import (
    FormatName,
    entropy,
    pitfall_names,
    problem_names,
    student_id,
)
from judge.pitfalls import PITFALLS

CONTEXT = click.Context(click.Command("run"))
PARAMETER = click.Option(["--entropy"])


def test_entropy_is_a_whole_number_that_json_keeps_or_random():
    given = ["0", "9007199254740991", "random"]
    assert [entropy(CONTEXT, PARAMETER, value) for value in given] == [0, 9007199254740991, None]


@pytest.mark.parametrize("value", ["-1", "9007199254740992", "1.5", "", "Random"])
def test_other_entropies_are_wrong_usage(value: str):
    with pytest.raises(click.BadParameter, match="neither `random` nor a whole number"):
        entropy(CONTEXT, PARAMETER, value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("jsn", r"^no format jsn\. Did you mean json\? Known: console, json, jsonl,"),
        ("nothing", r"^no format nothing\. Known: console,"),
        ("html", r"^html goes to a file only: say --report html=PATH\.$"),
    ],
)
def test_other_formats_are_wrong_usage_and_told_what_to_write_instead(value: str, told: str):
    with pytest.raises(click.BadParameter, match=told):
        FormatName().convert(value, PARAMETER, CONTEXT)


def test_the_names_of_problems_are_completed(root: Path):
    make_problem(root, "diffusion")
    assert sorted(problem_names(CONTEXT, PARAMETER, "d")) == ["demo", "diffusion"]
    assert problem_names(CONTEXT, PARAMETER, "di") == ["diffusion"]


def test_where_there_are_no_problems_nothing_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert problem_names(CONTEXT, PARAMETER, "") == []


def test_the_names_of_pitfalls_are_completed():
    assert sorted(pitfall_names(CONTEXT, PARAMETER, "")) == sorted(pitfall.NAME for pitfall in PITFALLS)
    assert pitfall_names(CONTEXT, PARAMETER, "master") == ["master-downcast"]


def test_a_student_id_is_found_by_one_group_or_by_that_of_its_name():
    for value in (r"_(\d+)_", r"(\w+)_(?P<student>\d+)"):
        made = student_id(CONTEXT, PARAMETER, value)
        assert made is not None
        assert made.pattern == value
    assert student_id(CONTEXT, PARAMETER, None) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("(", r"^\( is no regular expression: missing \), unterminated subpattern at position 0\.$"),
        (r"\d+", r"^\\d\+ has no groups\. Put the part that is the id into one, as in '_\(\\d\+\)_', or"),
        (r"(a)(b)", r"^\(a\)\(b\) has 2 groups\. Put .* or call its group student, as in '\(\?P<student>"),
    ],
)
def test_other_student_ids_are_wrong_usage(value: str, told: str):
    with pytest.raises(click.BadParameter, match=told):
        student_id(CONTEXT, PARAMETER, value)
