"""The sample submissions of further problems: folders are named for their verdicts, findings are known."""

from pathlib import Path

import pytest
from toys import Heard

from judge.problem.load import load_problem
from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.runner import run

ROOT = Path(__file__).parent.parent
PROBLEM = "dynamic_loss_scale_step"
EXAMPLES = ROOT / "submissions" / PROBLEM / "examples"
FILES = tuple(sorted(EXAMPLES.rglob("*.py")))
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

pytestmark = pytest.mark.xdist_group("examples")


def name_of(path: Path) -> str:
    return path.relative_to(EXAMPLES).with_suffix("").as_posix()


@pytest.fixture(scope="module")
def results() -> dict[str, SubmissionResult]:
    problem = load_problem(ROOT, ROOT / "problems" / PROBLEM)
    jobs = tuple(Job(name=name_of(path), path=path, problem=problem) for path in FILES)
    report = run(RunRequest(root=ROOT, jobs=jobs, workers=2), Heard())
    return {result.submission: result for result in report.results}


def test_there_are_samples_of_each_kind():
    kinds = [path.parent.name for path in FILES]
    assert kinds.count("accepted") >= 4
    assert kinds.count("wrong_answer") >= 6
    assert {"pitfall", "invalid", "runtime_error"} <= set(kinds)
    assert set(FINDINGS) == {
        name_of(path) for path in FILES if path.parent.name in {"pitfall", "wrong_answer"}
    }


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_sample_gets_the_verdict_of_its_folder_and_its_finding_at_its_line(
    results: dict[str, SubmissionResult], path: Path
):
    result, expected = results[name_of(path)], FINDINGS.get(name_of(path), ())
    assert (result.verdict.value, [one.pitfall for one in result.findings]) == (
        path.parent.name,
        list(expected[:1]),
    )
    if expected:
        (finding,) = result.findings
        assert finding.line is not None
        assert expected[1] in path.read_text(encoding="utf-8").splitlines()[finding.line - 1]
