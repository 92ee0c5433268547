"""What a step gives to the next one."""

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from reporters.reports import report, result, wrong_result
from reporters.samples import HOSTILE, every, hostile, mixed, ours

from ci.course import HERE
from judge.report import Report
from judge.reporters.json import JsonReporter
from judge.verdict import Verdict

SCRIPT = HERE / "ci" / "outputs.py"
OUTPUTS: Any = runpy.run_path(str(SCRIPT))


def outputs(of: Report) -> dict[str, str]:
    found: dict[str, str] = OUTPUTS["outputs"](json.loads(JsonReporter().render(of)))
    return found


def test_it_knows_every_verdict_worst_first():
    assert OUTPUTS["VERDICTS"] == tuple(map(str, Verdict))


@pytest.mark.parametrize(
    ("of", "verdict", "score", "max_score"),
    [
        (mixed(), "invalid", "1.25", "3"),
        (ours(), "judge_error", "0", "0"),
        (report(), "none", "0", "0"),
        (report(result(), wrong_result(score=1 / 3)), "wrong_answer", "1.3333333333333333", "2"),
        (report(wrong_result(score=1 - 2**-30)), "wrong_answer", "0.9999999990686774", "1"),
    ],
    ids=["mixed", "our fault", "nobody", "thirds", "almost"],
)
def test_the_worst_verdict_and_the_sums_of_those_that_have_a_score(
    of: Report, verdict: str, score: str, max_score: str
):
    assert outputs(of) == {"verdict": verdict, "score": score, "max_score": max_score}


@pytest.mark.parametrize("of", [*every(), *map(hostile, HOSTILE)])
def test_no_text_of_a_learner_gets_into_a_file_of_settings(of: Report, tmp_path: Path):
    path = tmp_path / "report.json"
    path.write_text(JsonReporter().render(of))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(path)], capture_output=True, text=True, check=True
    )
    assert [line.partition("=")[0] for line in done.stdout.splitlines()] == ["verdict", "score", "max_score"]
    assert all(
        line.partition("=")[2].replace("_", "").replace(".", "").isalnum()
        for line in done.stdout.splitlines()
    )
