"""The points of a problem with a rubric, as a run gives them."""

from pathlib import Path
from typing import Any

import pytest
from toys import PROBLEM, RIGHT, Heard, Kept, Toy

from judge.problem.load import load_cases_file
from judge.report import RubricPoints
from judge.reporters import REPORTERS
from judge.run.intake import Job
from judge.run.runner import run
from judge.sandbox.starting.launch import Launcher

RUBRIC = """\
rubric:
  cases:
    - {name: in sight, cases: [plain, drawn], points: 30}
    - {name: out of sight, cases: [unseen], points: 20}
"""
SMALL_ONLY = RIGHT.replace("2 * np", "(3 if x.shape == (4, 1) else 2) * np")
HELD_BACK = """\
problem: toy
cases: [{name: held-back, weight: 7, seed: 3, shapes: {x: [4, 1]}, data: {x: {choice: [5, 6]}}}]
"""


@pytest.fixture(autouse=True)
def _no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def points(launcher: Launcher, toy: Toy, job: Job, **changes: Any) -> RubricPoints:
    report = run(toy.request([job], **changes), Heard(), Kept(launcher))
    (result,) = report.results
    assert result.rubric is not None
    assert (result.points, "of 50 points" in REPORTERS["console"]().render(report)) == (50, True)
    return result.rubric


@pytest.mark.more
def test_a_run_gives_the_points_of_the_rubric_also_with_extra_cases_and_for_a_part(
    zygote: Launcher, tmp_path: Path
) -> None:
    toy = Toy.make(tmp_path, text=PROBLEM + RUBRIC)
    job = toy.job("ada.py", SMALL_ONLY)
    whole = points(zygote, toy, job)
    assert (whole.earned, whole.possible) == (30.0, 50)
    assert [(group.name, group.earned, group.possible) for group in whole.groups] == [
        ("in sight", 30.0, 30.0),
        ("out of sight", 0.0, 20.0),
    ]
    extra = load_cases_file(toy.write("extra.yaml", HELD_BACK), job.problem)
    with_extra = Job(name=job.name, path=job.path, problem=job.problem, extra=extra)
    assert points(zygote, toy, with_extra) == whole
    assert points(zygote, toy, job, case_names=("drawn",)).earned == 50.0
