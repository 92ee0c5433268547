"""The sample submissions of the accumulated step: each folder is named for its verdict."""

from pathlib import Path

import pytest
from test_examples import Expected, says
from toys import Heard

from judge.problem.load import load_problem
from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.runner import run

ROOT = Path(__file__).parent.parent
PROBLEM = "accumulated_step"
EXAMPLES = ROOT / "submissions" / PROBLEM / "examples"
FILES = tuple(sorted(EXAMPLES.rglob("*.py")))
EXPECTED: dict[str, Expected] = {
    "accepted/gradients_of_the_copy": says("all "),
    "accepted/lesson_recipe": says("all "),
    "accepted/multi_steps": says("all "),
    "accepted/scan": says("all "),
    "accepted/vmapped_gradients": says("all "),
    "invalid/missing_parameter": says("`accumulated_step(seed, x, y, lr)` can't be called as "),
    "pitfall/gradients_rounded_again": says(
        "low-precision-grads (line ", low_precision_grads="g.astype(jnp.bfloat16)"
    ),
    "pitfall/masters_stored_in_bfloat16": says(
        "master-downcast (line ", master_downcast="nnx.update(model, "
    ),
    "runtime_error/traced_number_of_parts": says("case one-part: "),
    "wrong_answer/first_part_twice": says("case one-part: "),
    "wrong_answer/last_part_only": says(
        "last-micro-batch-only (line ", last_micro_batch_only="total = grads"
    ),
    "wrong_answer/loss_of_one_part": says(
        "partial-loss-returned (line ", partial_loss_returned="mse(model, inputs, targets)"
    ),
    "wrong_answer/sum_applied": says("summed-grads (line ", summed_grads="optimizer.update(model, total)"),
    "wrong_answer/sum_in_bfloat16": says(
        "low-precision-accumulator (line ", low_precision_accumulator="jax.tree.map(jnp.add, total, grads)"
    ),
    "wrong_answer/uncast_inputs": says("uncast-inputs (line ", uncast_inputs="(x)"),
    "wrong_answer/update_in_the_loop": says(
        "update-per-micro-batch (line ", update_per_micro_batch="optimizer.update(model, grads)"
    ),
    "wrong_answer/whole_batch": says("case "),
}

pytestmark = [pytest.mark.more, pytest.mark.xdist_group("accumulated examples")]


def name_of(path: Path) -> str:
    return path.relative_to(EXAMPLES).with_suffix("").as_posix()


@pytest.fixture(scope="module")
def results() -> dict[str, SubmissionResult]:
    problem = load_problem(ROOT, ROOT / "problems" / PROBLEM)
    jobs = tuple(Job(name=name_of(path), path=path, problem=problem) for path in FILES)
    report = run(RunRequest(root=ROOT, jobs=jobs, workers=2), Heard())
    return {result.submission: result for result in report.results}


def test_every_sample_is_expected_to_be_judged_somehow() -> None:
    assert sorted(EXPECTED) == sorted(map(name_of, FILES))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_gets_the_verdict_of_its_folder_and_the_finding_of_its_mistake(
    results: dict[str, SubmissionResult], name: str
) -> None:
    result, expected = results[name], EXPECTED[name]
    assert result.verdict.value == name.split("/", maxsplit=1)[0]
    assert result.message.startswith(expected.message)
    lines = (result.source or "").splitlines()
    shown = {finding.pitfall: lines[(finding.line or 0) - 1] for finding in result.findings}
    assert sorted(shown) == sorted(expected.findings)
    assert all(text in shown[pitfall] for pitfall, text in expected.findings.items())
