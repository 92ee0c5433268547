"""One class in every system: the same verdicts and scores, whatever learners hand in."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from reporters.readers import READERS
from workflow_commands import commands

from ci.course import CLASS, ENVIRONMENT, EXPECTED, HERE, PROBLEM, Github, make_course, shell
from judge.reporters import REPORTERS

pytestmark = [pytest.mark.more, pytest.mark.xdist_group("course")]


RUNNER = {
    name: f"the {name.lower()}"
    for name in ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
}


def by_name(report: Path) -> dict[str, tuple[str, float]]:
    results = json.loads(report.read_text())["results"]
    return {Path(one["submission"]).stem: (one["verdict"], one["score"]) for one in results}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def github(course: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Github, str, int]:
    service = Github(tmp_path_factory.mktemp("github"), course)
    done = service.judge()
    return service, done.stdout, done.returncode


@pytest.fixture(scope="module")
def gitlab(course: Path) -> tuple[Path, str, int]:
    job = yaml.safe_load((HERE / "ci/gitlab/.gitlab-ci.yml").read_text())
    variables = {**job["variables"], "JUDGE_HOME": str(HERE), "JUDGE_ROOT": str(course)}
    variables |= {"JUDGE_REQUIRE_ISOLATION": "none", "CI_PROJECT_DIR": str(course)}
    done = shell("\n".join(job["judge"]["script"]), course, variables)
    return course / "judge-reports", done.stdout, done.returncode


def test_a_push_to_github_gives_verdicts_annotations_a_summary_and_outputs(github: tuple[Github, str, int]):
    service, log, status = github
    assert status == 1, log
    reports = Path(service.outputs["reports"])
    assert by_name(reports / "report.json") == EXPECTED
    assert service.outputs == {
        "verdict": "invalid", "score": "3.5", "max_score": "12", "reports": str(reports),
    }  # fmt: skip
    formats = {"junit.xml", *(f"report.{end}" for end in ("csv", "html", "json", "md", "sarif", "txt"))}
    pages = {"index.html", "submissions"}
    assert {path.name for path in reports.iterdir()} == {"annotations.txt", "gradebook.csv", *formats, *pages}
    assert service.summary.read_text() == (reports / "report.md").read_text()


def test_no_command_of_a_learner_reaches_github(github: tuple[Github, str, int]):
    found = commands(github[1])
    assert [command.name for command in found] == ["error"] * 9 + ["notice"]
    assert {Path(command.properties["file"]).stem for command in found[:-1]} == {
        name for name, (verdict, _) in EXPECTED.items() if verdict != "accepted"
    }
    assert "12 submissions: " in found[-1].data
    assert "taken" in github[1]


def test_the_gitlab_job_gives_the_same(gitlab: tuple[Path, str, int]):
    reports, log, status = gitlab
    assert status == 1, log
    assert by_name(reports / "report.json") == EXPECTED
    assert (reports / "judge.env").read_text() == (
        "JUDGE_VERDICT=invalid\nJUDGE_SCORE=3.5\nJUDGE_MAX_SCORE=12\n"
    )
    assert (reports / "junit.xml").is_file()


@pytest.fixture(scope="module")
def read_by_others(course: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One run with every format, each as a reader that isn't ours reads it."""
    folder = tmp_path_factory.mktemp("reports")
    several = {name: kind for name, kind in REPORTERS.items() if not kind.one_submission}
    asked = " ".join(f"--report '{name}={folder}/'" for name in several)
    done = shell(f"judge run submissions --isolation none {asked}", course, RUNNER)
    assert done.returncode == 1, done.stdout
    return {name: READERS[name]((folder / kind.filename).read_text()) for name, kind in several.items()}


def test_one_run_writes_every_format_and_others_read_the_same_scores_in_each(read_by_others: dict[str, Any]):
    read = read_by_others
    points = sum(round(100 * score) for _, score in EXPECTED.values())
    verdicts = {name: verdict for name, (verdict, _) in EXPECTED.items()}
    for rows in (read["json"]["results"], read["jsonl"][1:-1], read["csv"]):
        assert {stem(row): (row["verdict"], float(row["score"])) for row in rows} == EXPECTED
    grades = {row["student"]: (row["verdict"], int(row["points"]) / 100) for row in read["gradebook"]}
    assert grades == EXPECTED
    assert (read["classroom50"]["score"], read["classroom50"]["max-score"]) == (points, 100 * len(CLASS))
    failed = {Path(test.classname).stem for suite in read["junit"] for test in suite if test.result}
    assert failed == {name for name, verdict in verdicts.items() if verdict != "accepted"}
    told = {
        Path(one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).stem
        for one in read["sarif"]["results"]
    }
    assert told == failed
    assert {Path(one.properties["file"]).stem for one in read["github"][:-1]} == failed
    for name, verdict in verdicts.items():
        assert any(f"/{name}.py: {verdict}, score" in line for line in read["console"])
        assert f"/{name}.py: {verdict}</h3>" in read["markdown"] or verdict == "accepted"
        rows = [" ".join("".join(row.itertext()).split()) for row in read["html"].iter("tr")]
        assert any(f"{name}.py" in row and verdict in row for row in rows)


def stem(row: dict[str, Any]) -> str:
    return Path(row["submission"]).stem


@pytest.fixture(scope="module")
def autograder(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """/autograder as Gradescope lays it out, with the exercise of the course."""
    root = tmp_path_factory.mktemp("autograder")
    source = root / "source"
    shutil.copytree(HERE / "ci/gradescope", source)
    for part in ("problems", "reference"):
        shutil.copytree(course / part, source / "judge" / part)
    settings = f"JUDGE_PROBLEM={PROBLEM}\nJUDGE_REQUIRE_ISOLATION=none\n"
    (source / "settings.env").write_text(settings)
    return root


def gradescope(root: Path, files: dict[str, bytes]) -> tuple[dict[str, Any], int]:
    submission = root / "submission"
    shutil.rmtree(submission, ignore_errors=True)
    submission.mkdir()
    for name, content in files.items():
        (submission / name).write_bytes(content)
    variables = {"AUTOGRADER_ROOT": str(root), "JUDGE_ENVIRONMENT": str(ENVIRONMENT)}
    done = shell(f"exec '{root}/source/run_autograder' > '{root}/stdout'", root, variables)
    results = root / "results" / "results.json"
    return (json.loads(results.read_text()) if results.is_file() else {}), done.returncode


@pytest.mark.parametrize("name", CLASS)
def test_gradescope_gives_the_same(autograder: Path, name: str):
    results, status = gradescope(autograder, {f"{name}.py": CLASS[name]})
    verdict, score = EXPECTED[name]
    assert status == 0
    assert results["score"] == sum(test["score"] for test in results["tests"]) == round(100 * score)
    assert f"**{verdict}**" in results["output"]


@pytest.mark.parametrize("files", [{}, {"a.py": b"", "b.ipynb": b""}], ids=["none", "two"])
def test_gradescope_wants_one_file(autograder: Path, files: dict[str, bytes]):
    results, status = gradescope(autograder, files)
    assert (status, results["score"]) == (0, 0)
    assert results["output"] == f"Submit one .py or .ipynb file. There are {len(files)}."


def test_a_link_to_the_reference_is_no_submission_on_gradescope(autograder: Path):
    submission = autograder / "submission"
    shutil.rmtree(submission, ignore_errors=True)
    submission.mkdir()
    (submission / "step.py").symlink_to(autograder / "source/judge/reference" / PROBLEM / "reference.py")
    variables = {"AUTOGRADER_ROOT": str(autograder), "JUDGE_ENVIRONMENT": str(ENVIRONMENT)}
    shell(f"exec '{autograder}/source/run_autograder'", autograder, variables)
    assert json.loads((autograder / "results/results.json").read_text())["score"] == 0


def test_without_the_isolation_that_is_required_gradescope_gets_no_score(autograder: Path):
    settings = autograder / "source/settings.env"
    before = settings.read_text()
    settings.write_text(before.replace("ISOLATION=none", "ISOLATION=elsewhere"))
    try:
        assert gradescope(autograder, {"ada.py": CLASS["ada"]}) == ({}, 2)
    finally:
        settings.write_text(before)
