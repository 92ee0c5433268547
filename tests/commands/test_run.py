import io
import os
import re
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commands.exercises import RIGHT, make_files, make_problem
from judge.commands.parts.exit_code import SeveralErrors
from judge.commands.parts.write_reports import Target
from judge.commands.run import (
    NEEDED,
    Asked,
    Plan,
    check_installed,
    check_isolation,
    nothing_judged,
    plan,
)
from judge.errors import IsolationError, MissingExtra, NoSubmissionError, ProblemError, UsageError
from judge.paths import CHECKOUT
from judge.report import Report
from judge.run.notebook import NOTEBOOK_BYTES
from judge.run.versions import installed_versions
from judge.sandbox.starting.spawn import SpawnLauncher
from judge.sandbox.starting.tiers import tiers

EXTRA = """\
problem: demo
cases:
  - {name: more, seed: 1, shapes: {x: [3]}, data: {seed: 0, x: {normal: {scale: 1.0}}}}
"""


def planned(
    said: list[str] | None = None, stdin: bytes = b"", root: Path | None = None, **asked: Any
) -> Plan:
    return plan(Asked(**asked), root, io.BytesIO(stdin), [].append if said is None else said.append)


def test_a_plan_of_everything_by_default(root: Path):
    make_files(root, "submissions/demo/b.py", "submissions/demo/a.py")
    request = planned().request
    assert [(job.name, job.path, job.problem.id, job.source) for job in request.jobs] == [
        ("submissions/demo/a.py", root / "submissions/demo/a.py", "demo", None),
        ("submissions/demo/b.py", root / "submissions/demo/b.py", "demo", None),
    ]
    assert request.root == root
    assert (request.entropy, request.isolation, request.require_isolation) == (0, "auto", None)
    assert (request.case_names, request.want_flow) == ((), False)
    assert 1 <= request.workers <= (os.cpu_count() or 1)


@pytest.mark.parametrize("asked", [{"format_name": "gradescope"}, {"reports": ("gradescope=results.json",)}])
def test_several_files_are_refused_for_a_report_of_one_before_any_is_judged(
    root: Path, asked: dict[str, Any]
):
    make_files(root, "submissions/demo/a.py")
    assert len(planned(**asked).request.jobs) == 1
    make_files(root, "submissions/demo/b.py")
    with pytest.raises(
        UsageError, match=r"gradescope report tells of one submission, and 2 are to be judged"
    ):
        planned(**asked)


def test_a_report_that_draws_the_flow_asks_for_it(root: Path):
    make_files(root, "submissions/demo/a.py")
    for asked in ({"format_name": "markdown"}, {"reports": ("markdown=report.md",)}):
        assert planned(**asked).request.want_flow
    assert planned(want_flow=True).request.want_flow
    assert not planned().request.want_flow
    make_files(root, "submissions/demo/b.py")
    assert not planned(format_name="markdown").request.want_flow


def test_student_ids_that_a_gradebook_will_lack_are_told_before(root: Path):
    make_files(root, "submissions/demo/a_1.py", "submissions/demo/b.py")
    said: list[str] = []
    planned(said, reports=("gradebook=grades.csv",), student_id=re.compile(r"_(\d+)"))
    assert said == [
        "1 file has no student id in the gradebook, since --student-id doesn't match: submissions/demo/b.py"
    ]
    with pytest.raises(UsageError, match="--student-id is for a gradebook: say --report gradebook=PATH"):
        planned(reports=("csv=grades.csv",), student_id=re.compile(r"_(\d+)"))


def test_options_reach_the_request(root: Path):
    make_files(root, "submissions/demo/a.py")
    made = planned(
        entropy=7,
        jobs=3,
        isolation="none",
        require_isolation="none",
        want_flow=True,
        reports=("json=out.json",),
        case_names=("drawn[1]", "small"),
    )
    request = made.request
    assert (request.entropy, request.workers, request.isolation, request.require_isolation) == (
        7,
        3,
        "none",
        "none",
    )
    assert (request.want_flow, request.case_names) == (True, ("drawn[1]", "small"))
    assert made.targets == (Target(format="json", path=Path("out.json")),)


def test_a_report_that_shows_the_flow_has_it_read(root: Path):
    make_files(root, "submissions/demo/a.py")
    assert planned(reports=("html=out.html",)).request.want_flow
    assert not planned(reports=("json=out.json",)).request.want_flow


def test_random_entropy_differs_and_survives_every_json_reader(root: Path):
    make_files(root, "submissions/demo/a.py")
    drawn = {planned(entropy=None).request.entropy for _ in range(3)}
    assert len(drawn) == 3
    assert all(0 <= entropy < 2**53 for entropy in drawn)


@pytest.mark.usefixtures("root")
def test_standard_input_is_read_once_and_no_further_than_needed():
    (job,) = planned(paths=("-", "-"), stdin=b"x" * (NOTEBOOK_BYTES + 100)).request.jobs
    assert (job.name, job.path, job.problem.id) == ("-", None, "demo")
    assert job.source == b"x" * (NOTEBOOK_BYTES + 1)


def test_a_pipe_that_is_named_is_read_at_once(root: Path):
    os.mkfifo(root / "pipe")
    writer = threading.Thread(target=(root / "pipe").write_bytes, args=(RIGHT.encode(),))
    writer.start()
    (job,) = planned(paths=("pipe",)).request.jobs
    writer.join()
    assert (job.name, job.path, job.source) == ("pipe", None, RIGHT.encode())


def test_each_file_gets_the_problem_of_its_folder(root: Path):
    make_problem(root, "other")
    make_files(root, "submissions/demo/a.py", "submissions/other/a.py")
    assert [job.problem.id for job in planned().request.jobs] == ["demo", "other"]
    assert [job.problem.id for job in planned(problem="other").request.jobs] == ["other", "other"]


def test_a_broken_problem_that_nobody_submits_to_does_not_matter(root: Path):
    make_problem(root, "broken").joinpath("problem.yaml").write_text("nonsense")
    make_files(root, "submissions/demo/a.py")
    assert len(planned(paths=("submissions/demo",)).request.jobs) == 1
    make_files(root, "submissions/broken/a.py")
    with pytest.raises(ProblemError, match=r"^problems/broken/problem\.yaml"):
        planned()


def test_an_unknown_problem_is_told_once_for_all_files(root: Path):
    make_files(root, "submissions/demo/a.py", "submissions/demo/b.py")
    with pytest.raises(UsageError, match=r"^no problem demos in .* Did you mean demo"):
        planned(problem="demos")


def test_an_unknown_case_is_told_with_the_known_ones(root: Path):
    make_files(root, "submissions/demo/a.py")
    with pytest.raises(UsageError) as raised:
        planned(case_names=("smal",))
    assert str(raised.value) == (
        "--case smal: no such case. Did you mean small? Known: drawn, drawn[0], drawn[1], secret, small."
    )


def test_only_submissions_to_problems_that_have_the_case_are_judged(root: Path):
    file = make_problem(root, "other") / "problem.yaml"
    file.write_text(file.read_text().replace("name: small", "name: large"))
    make_files(root, "submissions/demo/a.py", "submissions/other/a.py")
    assert [job.problem.id for job in planned(case_names=("large",)).request.jobs] == ["other"]


def test_extra_cases_go_to_the_problem_that_they_name(root: Path):
    make_problem(root, "other")
    make_files(root, "submissions/demo/a.py", "submissions/other/a.py")
    (root / "more.yaml").write_text(EXTRA)
    jobs = planned(extra_cases=Path("more.yaml"), case_names=("more",)).request.jobs
    assert [(job.problem.id, [case.name for case in job.extra]) for job in jobs] == [("demo", ["more"])]
    assert jobs[0].extra[0].visibility == "hidden"


def test_extra_cases_for_what_is_not_judged_are_wrong_usage(root: Path):
    make_problem(root, "other")
    make_files(root, "submissions/other/a.py")
    (root / "more.yaml").write_text(EXTRA)
    with pytest.raises(UsageError) as raised:
        planned(extra_cases=Path("more.yaml"))
    assert str(raised.value) == "--extra-cases more.yaml is for demo, but what is to be judged is for: other"


def test_files_that_are_passed_over_are_told(root: Path):
    make_files(root, "submissions/demo/a.py")
    (root / "submissions/out.py").symlink_to("/etc/hostname")
    said: list[str] = []
    assert len(planned(said).request.jobs) == 1
    assert len(said) == 1
    assert "leads out of its folder" in said[0]


@pytest.mark.usefixtures("root")
def test_everything_wrong_is_told_at_once_and_the_worst_decides():
    missing = [tier for tier in ("landlock", "namespaces") if tier not in tiers()] or ["unknown"]
    with pytest.raises(SeveralErrors) as raised:
        planned(paths=("nowhere.py",), reports=("nonsense",), require_isolation=missing[0])
    assert [type(error) for error in raised.value.errors] == [UsageError, IsolationError, UsageError]
    assert raised.value.exit_code == 4


def test_no_submission_is_its_own_error(root: Path):
    (root / "submissions").mkdir()
    with pytest.raises(NoSubmissionError):
        planned()


def test_a_root_can_be_named(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_files(root, "submissions/demo/a.py")
    monkeypatch.chdir(tmp_path)
    assert [job.name for job in planned(root=Path("exercises")).request.jobs] == ["submissions/demo/a.py"]


def test_any_tier_that_is_here_can_be_used_and_required():
    for at, tier in enumerate(tiers()):
        check_isolation(tier, None)
        check_isolation("auto", tier)
        for below in tiers()[at + 1 :]:
            with pytest.raises(
                IsolationError, match=f"^--isolation {below} is below what --require-isolation {tier}"
            ):
                check_isolation(below, tier)


@pytest.mark.parametrize("asked", [("elsewhere", None), ("auto", "elsewhere"), ("none", "elsewhere")])
def test_a_tier_that_is_not_here_is_refused(asked: tuple[str, str | None]):
    with pytest.raises(IsolationError) as raised:
        check_isolation(*asked)
    assert str(raised.value) == (
        f"isolation elsewhere is not to be had here, only: {', '.join(tiers())}. It needs another machine."
    )
    assert raised.value.exit_code == 4


def test_without_jax_the_install_line_is_named():
    check_installed()
    assert NEEDED == ("jax", "flax", "optax")
    with pytest.raises(MissingExtra) as raised:
        check_installed(("click", "no_such_jax", "no_such_flax"))
    assert str(raised.value) == (
        "submissions can't be run without no_such_jax, no_such_flax. Install what is missing with: "
        f"make -C {CHECKOUT} run"
    )
    assert raised.value.exit_code == 3


@pytest.mark.more
def test_versions_are_those_that_workers_tell():
    with closing(SpawnLauncher()) as launcher:
        assert installed_versions() == launcher.start()
    assert set(installed_versions(("no-such-package",))) == {"python"}


def test_a_run_that_was_interrupted_at_once_has_a_report(root: Path):
    make_files(root, "submissions/demo/a.py")
    report = nothing_judged(planned(entropy=5).request, {"tier": "none"})
    assert isinstance(report, Report)
    assert {"python", "jax", "jaxlib", "flax", "optax", "numpy", "platform"} <= set(report.environment)
    assert report.environment["isolation"] == {"tier": "none"}
    assert (report.entropy, report.results, report.complete, report.exit_code) == (5, (), False, 130)
