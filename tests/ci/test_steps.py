"""What the steps make of their settings: changed files, hidden cases, isolation, caches."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from commands.exercises import RIGHT, WRONG, make_files, make_problem
from workflow_commands import commands

from ci.course import ENVIRONMENT, HERE, Github, action_step, shell

pytestmark = pytest.mark.more  # a judge for every step: 15 s each
CELL = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}

HIDDEN = """\
problem: demo
cases:
  - name: from-the-teacher
    seed: 3
    shapes: {x: [3]}
    data: {seed: 77, x: {normal: {scale: 1.0}}}
"""


@pytest.fixture
def service(tmp_path: Path) -> Github:
    workspace = tmp_path / "workspace"
    make_problem(workspace)
    make_files(workspace, "submissions/demo/ada.py")
    return Github(tmp_path / "github", workspace)


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def judged(service: Github) -> list[str]:
    report = json.loads((Path(service.outputs["reports"]) / "report.json").read_text())
    return [one["submission"] for one in report["results"]]


def test_only_what_a_push_changed_is_judged_and_links_are_not(service: Github):
    folder = service.workspace
    make_files(folder, "submissions/demo/old.py")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "before")
    before = git(folder, "rev-parse", "HEAD")
    names = [
        f"submissions/demo/{name}.py"
        for name in ("-new ::error::x", "_helper", "examples/sample", ".old/x", "_draft/x")
    ]
    make_files(folder, "submissions/demo/ada.py", *names, content=f"{RIGHT}# changed\n")
    (folder / "submissions/demo/zoe.ipynb").write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [{**CELL, "source": RIGHT}]})
    )
    (folder / "submissions/demo/link.py").symlink_to(folder / "reference/demo/reference.py")
    (folder / "submissions/demo/old.py").unlink()
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "after")
    done = service.judge({"github.event.before": before}, changed_only="true")
    assert done.returncode == 0, done.stdout
    assert judged(service) == [
        "submissions/demo/-new ::error::x.py",
        "submissions/demo/ada.py",
        "submissions/demo/zoe.ipynb",
    ]
    assert [command.name for command in commands(done.stdout)] == ["notice"]


def test_a_push_that_changed_no_submission_has_nothing_to_judge(service: Github):
    git(service.workspace, "init", "-q")
    git(service.workspace, "add", ".")
    git(service.workspace, "commit", "-q", "-m", "all")
    done = service.judge(
        {"github.event.before": git(service.workspace, "rev-parse", "HEAD")}, changed_only="true"
    )
    assert (done.returncode, service.outputs) == (0, {"verdict": "none"})
    assert [command.data for command in commands(done.stdout)] == ["no submission was changed"]


def test_hidden_cases_from_a_secret_are_used_told_by_name_only_and_removed(service: Github):
    make_files(service.workspace, "submissions/demo/ada.py", content=WRONG)
    done = service.judge(extra_cases=HIDDEN, fail="false")
    assert done.returncode == 0, done.stdout
    report = json.loads((Path(service.outputs["reports"]) / "report.json").read_text())
    case = next(case for case in report["results"][0]["cases"] if case["name"] == "from-the-teacher")
    assert (case["verdict"], case["visibility"], case["expected"]) == ("wrong_answer", "hidden", None)
    assert not [path for path in service.temporary.rglob("*") if "secrets" in path.name]


def test_an_isolation_that_does_not_exist_is_refused_and_nothing_is_told(service: Github):
    done = service.judge(require_isolation="elsewhere")
    assert done.returncode == 2
    assert service.outputs == {}


def test_a_program_that_could_not_be_read_is_refused_where_that_is_asked_for(service: Github):
    settings = service.workspace / "problems" / "demo" / "problem.yaml"
    text = settings.read_text().replace("limits:", "compute_dtype: float32\nlimits:", 1)
    settings.write_text(text.replace("wall_s: 10, cpu_s: 10", "wall_s: 60, cpu_s: 60"))
    long = RIGHT.replace("    return", "    for _ in range(7000):\n        x = x + 0.0\n    return")
    make_files(service.workspace, "submissions/demo/ada.py", content=long)
    assert service.judge().returncode == 0
    assert service.judge(require_flow="true").returncode == 1
    assert service.outputs["verdict"] == "pitfall"


def test_several_paths_are_judged_and_a_failing_one_fails_the_step(service: Github):
    make_files(service.workspace, "more/demo/bob.py", content=WRONG)
    done = service.judge(paths="submissions\n  more/demo/bob.py  \n\n", problem="demo")
    assert done.returncode == 1
    assert judged(service) == ["submissions/demo/ada.py", "more/demo/bob.py"]
    assert service.outputs["verdict"] == "wrong_answer"


def test_the_caches_depend_on_the_judge_and_on_the_exercises(service: Github):
    inputs = {"root": str(service.workspace)}
    known = {"steps.python.outputs.python-path": sys.executable}
    keys = []
    for _ in range(2):
        service.output.write_text("")
        done = service.step("keys", *action_step("keys", inputs, known))
        assert done.returncode == 0, done.stdout
        keys.append(service.outputs)
        (service.workspace / "reference/demo/reference.py").write_text(f"{RIGHT}# mended\n")
    first, second = keys
    assert first["environment"] == second["environment"]
    assert first["compiled"] != second["compiled"]
    assert first["environment"].startswith("judge-environment-Linux-")
    assert first["compiled-path"] == second["compiled-path"] != first["environment-path"]


def test_what_later_runs_need_is_kept_and_a_fault_of_that_fails_no_job(service: Github, tmp_path: Path):
    inputs = {"root": str(service.workspace), "problem": "demo"}
    known = {
        "steps.keys.outputs.environment-path": str(ENVIRONMENT),
        "steps.keys.outputs.compiled-path": str(tmp_path / "kept"),
    }
    done = service.step("warm", *action_step("warm", inputs, known))
    assert done.returncode == 0, done.stdout
    assert "::warning" not in done.stdout
    assert list((tmp_path / "kept/judge/expected").rglob("*"))
    (service.workspace / "reference/demo/reference.py").write_text("def double(seed, x):\n    return None\n")
    done = service.step("warm", *action_step("warm", inputs, known))
    assert done.returncode == 0
    assert "demo: case small: the reference returned a NoneType, not an array" in done.stdout
    assert "::warning title=judge::not all that later runs need could be kept" in done.stdout


def test_an_environment_that_was_kept_is_not_made_again(service: Github):
    run = 'bash "$GITHUB_ACTION_PATH/ci/github/install.sh"'
    known = {"steps.keys.outputs.environment-path": str(ENVIRONMENT)}
    done = service.step("install", *action_step(run, {}, known))
    assert done.returncode == 0
    assert done.stdout.startswith("The environment was kept: judge ")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The assignment's folder as Classroom 50 unpacks it, and a student's checkout."""
    folder = tmp_path / "bundle"
    make_problem(folder / "judge")
    text = (HERE / "ci/classroom50/autograder.py").read_text()
    text = text.replace('"mixed_precision_step"', '"demo"').replace('"landlock"', '"none"')
    (folder / "autograder.py").write_text(text)
    (folder / "cases.yaml").write_text(HIDDEN)
    (tmp_path / "checkout").mkdir()
    return folder


def classroom50(bundle: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    runner = {
        "CLASSROOM": "cs-principles",
        "ASSIGNMENT": "demo",
        "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "COMMIT_URL": "https://example.org/commit/1",
        "RELEASE_URL": "https://example.org/release/1",
        "REVIEW_URL": "https://example.org/compare/1",
        "RUNNER_TEMP": str(bundle.parent),
        "JUDGE_ENVIRONMENT": str(ENVIRONMENT),
    }
    script = f"exec '{sys.executable}' '{bundle}/autograder.py'"
    return shell(script, bundle.parent / "checkout", {**runner, **variables})


@pytest.mark.parametrize(
    ("content", "score", "passed"),
    [(RIGHT, 100, 5), (WRONG, 0, 0), (None, 0, 0)],
    ids=["right", "wrong", "none"],
)
def test_classroom_50_gets_a_result_and_0(bundle: Path, content: str | None, score: int, passed: int):
    checkout = bundle.parent / "checkout"
    if content is not None:
        (checkout / "step.py").write_text(content)
    else:
        (checkout / "step.py").symlink_to(bundle / "judge/reference/demo/reference.py")
    done = classroom50(bundle)
    assert done.returncode == 0, done.stdout
    result = json.loads((checkout / "result.json").read_text())
    assert (result["score"], result["max-score"], sum(test["passed"] for test in result["tests"])) == (
        score,
        100,
        passed,
    )
    assert (result["classroom"], result["review"]) == ("cs-principles", "https://example.org/compare/1")
    assert (checkout / "release-body.md").read_text().startswith("## 1 submission: ")


def test_classroom_50_gets_no_result_when_the_judge_is_at_fault(bundle: Path):
    (bundle.parent / "checkout/step.py").write_text(RIGHT)
    (bundle / "judge/reference/demo/reference.py").write_text("raise ValueError\n")
    done = classroom50(bundle, XDG_CACHE_HOME=str(bundle.parent / "cache"))
    assert done.returncode == 3, done.stdout
    assert not (bundle.parent / "checkout/result.json").exists()


def test_gradescope_gets_no_results_when_the_judge_is_at_fault(tmp_path: Path):
    source = tmp_path / "source"
    shutil.copytree(HERE / "ci/gradescope", source)
    make_problem(source / "judge")
    (source / "judge/reference/demo/reference.py").write_text("raise ValueError\n")
    (source / "settings.env").write_text("JUDGE_PROBLEM=demo\nJUDGE_REQUIRE_ISOLATION=none\n")
    make_files(tmp_path / "submission", "ada.py")
    variables = {"AUTOGRADER_ROOT": str(tmp_path), "JUDGE_ENVIRONMENT": str(ENVIRONMENT)}
    done = shell(f"exec '{source}/run_autograder'", tmp_path, variables)
    assert done.returncode == 3, done.stdout
    assert not (tmp_path / "results/results.json").exists()


def test_hidden_cases_from_a_file_reach_the_gitlab_job(tmp_path: Path):
    make_problem(tmp_path)
    make_files(tmp_path, "submissions/demo/ada.py", content=WRONG)
    (tmp_path / "cases.yaml").write_text(HIDDEN)
    job = yaml.safe_load((HERE / "ci/gitlab/.gitlab-ci.yml").read_text())
    variables = {
        **job["variables"],
        "JUDGE_HOME": str(HERE),
        "JUDGE_ROOT": str(tmp_path),
        "JUDGE_REQUIRE_ISOLATION": "none",
        "CI_PROJECT_DIR": str(tmp_path),
        "JUDGE_EXTRA_CASES": str(tmp_path / "cases.yaml"),
    }
    done = shell("\n".join(job["judge"]["script"]), tmp_path, variables)
    assert done.returncode == 1, done.stdout
    names = job["judge"]["artifacts"]["reports"].values()
    assert [name for name in names if not (tmp_path / name).is_file()] == []
    assert 'name="from-the-teacher"' in (tmp_path / "judge-reports/junit.xml").read_text()


def test_the_hooks_entry_judges_the_files_that_it_is_given(tmp_path: Path):
    (hook,) = yaml.safe_load((HERE / ".pre-commit-hooks.yaml").read_text())
    make_problem(tmp_path)
    make_files(tmp_path, "submissions/demo/ada.py")
    make_files(tmp_path, "submissions/demo/bob.py", content=WRONG)
    done = shell(f"{hook['entry']} submissions/demo/ada.py submissions/demo/bob.py", tmp_path, {})
    assert done.returncode == 1
    assert "2 submissions: 1 accepted, 1 wrong_answer" in done.stdout
