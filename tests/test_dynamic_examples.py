"""Samples of the step with a dynamic loss scale: folders are named for verdicts, findings are known."""

from pathlib import Path

import pytest
from toys import Heard

from judge.problem.load import load_problem
from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.runner import run

ROOT = Path(__file__).parent.parent
PROBLEMS = ("dynamic_loss_scale_step",)
EXAMPLES = {name: ROOT / "submissions" / name / "examples" for name in PROBLEMS}
FILES = tuple(path for folder in EXAMPLES.values() for path in sorted(folder.rglob("*.py")))
# What is found, and what stands at its line; () where nothing has to be.
FINDINGS: dict[str, tuple[str, ...]] = {
    "pitfall/no_cap": ("scale-unbounded", "loss_scale * 2.0"),
    "wrong_answer/count_goes_on": ("count-not-reset", "count_if_good = new_count"),
    "wrong_answer/halved_below_one": ("scale-unbounded", "loss_scale / 2"),
    "wrong_answer/inputs_in_float32": ("uncast-inputs", "(x)"),
    "wrong_answer/kernel_only_asked": ("partial-finite-check", "isfinite(gk)"),
    "wrong_answer/loss_asked": ("partial-finite-check", "isfinite(loss)"),
    "wrong_answer/masked_by_multiplication": ("masked-by-multiplication", "g * finite"),
    "wrong_answer/nan_only": (),
    "wrong_answer/one_step_early": ("scale-grown-early", "growth_interval - 1"),
    "wrong_answer/one_step_late": ("scale-not-grown", "> growth_interval"),
    "wrong_answer/scale_kept_on_overflow": ("scale-not-reduced", "scale_if_bad = loss_scale"),
    "wrong_answer/update_without_a_check": ("unchecked-overflow", "optimizer.update(model, grads)"),
}

pytestmark = [pytest.mark.more, pytest.mark.xdist_group("further examples")]


def name_of(path: Path) -> str:
    return path.relative_to(path.parents[1]).with_suffix("").as_posix()


def problem_of(path: Path) -> str:
    return path.parents[2].name


@pytest.fixture(scope="module")
def results() -> dict[Path, SubmissionResult]:
    problems = {name: load_problem(ROOT, ROOT / "problems" / name) for name in PROBLEMS}
    jobs = tuple(Job(name=name_of(path), path=path, problem=problems[problem_of(path)]) for path in FILES)
    report = run(RunRequest(root=ROOT, jobs=jobs, workers=2), Heard())
    return dict(zip(FILES, report.results, strict=True))


@pytest.mark.parametrize("problem", PROBLEMS)
def test_there_are_samples_of_each_kind(problem: str):
    kinds = [path.parent.name for path in FILES if problem_of(path) == problem]
    assert kinds.count("accepted") >= 4
    assert kinds.count("wrong_answer") >= 6
    assert {"pitfall", "invalid", "runtime_error"} <= set(kinds)
    told = {name_of(path) for path in FILES if path.parent.name in {"pitfall", "wrong_answer"}}
    assert set(FINDINGS) <= told


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{problem_of(path)}/{name_of(path)}")
def test_a_sample_gets_the_verdict_of_its_folder_and_its_finding_at_its_line(
    results: dict[Path, SubmissionResult], path: Path
):
    result = results[path]
    assert (result.verdict.value, result.flow.reason if path.parent.name == "accepted" else None) == (
        path.parent.name,
        None,
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [(one.pitfall, lines[(one.line or 0) - 1]) for one in result.findings]
    if name_of(path) in FINDINGS:
        ids, marks = FINDINGS[name_of(path)][:1], FINDINGS[name_of(path)][1:]
        assert [pitfall for pitfall, _ in found] == list(ids)
        assert all(mark in line for mark, (_, line) in zip(marks, found, strict=True))
    elif path.parent.name == "accepted":
        assert found == []
