"""The table in the terminal."""

from datetime import UTC, datetime

import pytest

from judge.commands.results.table import parts
from judge.reporters.base import View
from judge.store.history.attempts import Attempt, Learner
from judge.verdict import Verdict

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def attempt(name: str, verdict: Verdict = Verdict.ACCEPTED) -> Attempt:
    return Attempt(
        problem="step",
        submission=name,
        learner=Learner(id="ada"),
        handed_in=NOW.timestamp(),
        given=NOW.timestamp(),
        first=1,
        run=1,
        result=1,
        sha256="a" * 64,
        verdict=verdict,
        score=1.0,
        whole=True,
    )


@pytest.mark.parametrize("with_learners", [False, True])
@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.RUNTIME_ERROR])
def test_a_long_name_is_cut_and_nothing_else(*, verdict: Verdict, with_learners: bool):
    shown = [attempt(f"submissions/{'in_a_folder/' * 9}ada.py", verdict)]
    text = "".join(parts(shown, View(width=80, now=NOW), with_learners=with_learners, in_time=False))
    header, line = text.splitlines()[1:]
    assert header.split()[-5:] == ["verdict", "score", "finding", "when", "run"]
    assert f"ada.py  {'ada' if with_learners else verdict}" in line
    assert str(verdict) in line
    assert max(map(len, text.splitlines())) <= 80
