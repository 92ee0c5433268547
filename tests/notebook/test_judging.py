"""`judge.judge`: what is a file and what a text, which problem is meant, and what comes of it."""

import os
import subprocess
import sys
import threading
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from toys import RIGHT, Toy

import judge
from judge.errors import UsageError
from judge.hidden_cases import hidden_message
from judge.notebook.judgement import Judgement
from judge.verdict import Verdict

WRONG = RIGHT.replace("2 *", "3 *")
pytestmark = pytest.mark.xdist_group("notebook")


@pytest.fixture(autouse=True)
def _in_the_course(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(toy.root)


def test_a_text_is_judged_and_the_result_is_there_for_programs_and_people():
    found = judge.judge(WRONG)
    assert (found.verdict, found.score, found.accepted) == (Verdict.WRONG_ANSWER, 0.0, False)
    assert (found.submission, found.problem) == ("submission.py", "toy")
    assert [case.name for case in found.cases] == ["plain", "drawn[0]", "drawn[1]", "unseen"]
    assert str(found) == repr(found)
    assert str(found).startswith("submission.py: wrong_answer, score 0.00\n  case plain: expected 27, got 40")
    assert judge.judge(RIGHT.encode(), "toy").accepted


def test_nothing_of_a_hidden_case_is_in_a_result():
    (hidden,) = [case for case in judge.judge(WRONG).result.cases if case.visibility == "hidden"]
    assert (hidden.expected, hidden.actual, hidden.error, hidden.seconds) == (None, None, None, None)
    assert hidden.message == hidden_message(Verdict.WRONG_ANSWER)


def test_a_result_can_not_be_changed():
    with pytest.raises(FrozenInstanceError):
        judge.judge(RIGHT).score = 1.0  # type: ignore[misc]


def test_files_are_judged_under_their_names(toy: Toy):
    path = toy.write("submissions/toy/ada.py", RIGHT)
    for given in (path, str(path), "submissions/toy/ada.py", os.fspath(path)):
        found = judge.judge(given)
        assert (found.submission, found.verdict) == ("submissions/toy/ada.py", Verdict.ACCEPTED)


def test_a_notebook_is_a_file_too(toy: Toy):
    from nbformat import v4, writes  # noqa: PLC0415 -- an extra

    path = toy.write("submissions/toy/ada.ipynb", writes(v4.new_notebook(cells=[v4.new_code_cell(WRONG)])))
    assert judge.judge(path).verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("gone.py", "gone.py: there is no such file; to judge a text, give it as bytes"),
        (Path("gone"), "gone: there is no such file; to judge a text, give it as bytes"),
        (Path(), r"\.: there is no such file"),
    ],
)
def test_a_file_that_is_not_there_is_told(given: str | Path, told: str):
    with pytest.raises(UsageError, match=told):
        judge.judge(given)


@pytest.mark.parametrize("given", ["x = 1", "", b"gone.py", "\ud800", "a\0.py"], ids=ascii)
def test_everything_else_is_a_text(given: str | bytes):
    assert judge.judge(given, "toy").verdict in (Verdict.INVALID, Verdict.RUNTIME_ERROR)


def test_what_is_asked_wrongly_is_told(tmp_path: Path):
    with pytest.raises(UsageError, match=r"no problem toi in .* Did you mean toy\? Known: toy\."):
        judge.judge(RIGHT, "toi")
    with pytest.raises(judge.JudgeError, match="there is no problems/ folder in it"):
        judge.judge(RIGHT, root=tmp_path)
    Toy.make(tmp_path)
    (tmp_path / "problems/toy").rename(tmp_path / "problems/other")
    toy_two = Toy.make(tmp_path)
    with pytest.raises(UsageError, match=r"which problem is this for\? Name it\. Known in .*: other, toy\."):
        judge.judge(RIGHT, root=toy_two.root)


@pytest.mark.more
def test_a_problem_that_is_edited_is_read_anew(tmp_path: Path):
    toy = Toy.make(tmp_path)
    assert judge.judge(WRONG, root=tmp_path).verdict is Verdict.WRONG_ANSWER
    toy.write("reference/toy/reference.py", WRONG)
    assert judge.judge(WRONG, root=tmp_path).verdict is Verdict.ACCEPTED


def test_calls_from_several_threads_are_judged_one_after_another():
    found: list[Judgement] = []
    threads = [threading.Thread(target=lambda source=source: found.append(judge.judge(source)))
               for source in (RIGHT, WRONG, RIGHT)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.verdict for one in found) == ["accepted", "accepted", "wrong_answer"]


def test_names_are_there_without_what_they_need_until_they_are_asked_for():
    code = (
        "import sys, judge; print([name for name in sys.modules if name.startswith('judge')]);"
        "print(judge.judge.__name__, 'IPython' in sys.modules, 'jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['judge']\njudge False False\n"
    with pytest.raises(AttributeError, match="module 'judge' has no attribute 'nothing'"):
        _ = judge.nothing  # type: ignore[attr-defined]
