"""The samples of further exercises: each folder is named for its verdict, each finding is known."""

from pathlib import Path

import pytest
from test_examples import Expected, says
from toys import Heard
from traced import problem

from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.runner import run

SUBMISSIONS = Path(__file__).parent.parent / "submissions"
ACCUMULATED: dict[str, Expected] = {
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
DYNAMIC: dict[str, Expected] = {
    "accepted/chosen_leaf_by_leaf": says("all "),
    "accepted/compiled_as_a_whole": says("all "),
    "accepted/decided_in_python": says("all "),
    "accepted/factor_and_clip": says("all "),
    "accepted/scaler_class": says("all "),
    "accepted/two_branches": says("all "),
    "invalid/missing_parameter": says("`dynamic_loss_scale_step("),
    "pitfall/masters_stored_in_float16": says("master-downcast (line ", master_downcast="nnx.update(model, "),
    "pitfall/no_cap": says("scale-unbounded (line ", scale_unbounded="loss_scale * 2.0"),
    "runtime_error/if_in_a_compiled_step": says("case "),
    "wrong_answer/count_goes_on": says("count-not-reset (line ", count_not_reset="count_if_good = new_count"),
    "wrong_answer/halved_below_one": says("scale-unbounded (line ", scale_unbounded="loss_scale / 2"),
    "wrong_answer/inputs_in_float32": says("uncast-inputs (line ", uncast_inputs="(x)"),
    "wrong_answer/kernel_only_asked": says(
        "partial-finite-check (line ", partial_finite_check="isfinite(gk)"
    ),
    "wrong_answer/loss_asked": says("partial-finite-check (line ", partial_finite_check="isfinite(loss)"),
    "wrong_answer/masked_by_multiplication": says(
        "masked-by-multiplication (line ", masked_by_multiplication="g * finite"
    ),
    "wrong_answer/nan_only": says("partial-finite-check (line ", partial_finite_check="isnan(g)"),
    "wrong_answer/one_step_early": says("scale-grown-early (line ", scale_grown_early="growth_interval - 1"),
    "wrong_answer/one_step_late": says("scale-not-grown (line ", scale_not_grown="> growth_interval"),
    "wrong_answer/scale_kept_on_overflow": says(
        "scale-not-reduced (line ", scale_not_reduced="scale_if_bad = loss_scale"
    ),
    "wrong_answer/update_without_a_check": says(
        "unchecked-overflow (line ", unchecked_overflow="optimizer.update(model, grads)"
    ),
}
EXPECTED = {"accumulated_step": ACCUMULATED, "dynamic_loss_scale_step": DYNAMIC}
FILES = {name: tuple(sorted((SUBMISSIONS / name / "examples").rglob("*.py"))) for name in EXPECTED}
EVERY = [(name, path) for name, paths in FILES.items() for path in paths]

pytestmark = [pytest.mark.more, pytest.mark.xdist_group("further examples")]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def results() -> dict[Path, SubmissionResult]:
    jobs = tuple(Job(name=name_of(path), path=path, problem=problem(name)) for name, path in EVERY)
    report = run(RunRequest(root=SUBMISSIONS.parent, jobs=jobs, workers=2), Heard())
    return dict(zip((path for _, path in EVERY), report.results, strict=True))


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sample_is_expected_to_be_judged_somehow_and_there_are_some_of_each_kind(name: str) -> None:
    assert sorted(EXPECTED[name]) == sorted(map(name_of, FILES[name]))
    kinds = [path.parent.name for path in FILES[name]]
    assert kinds.count("accepted") >= 4
    assert kinds.count("wrong_answer") >= 6
    assert {"pitfall", "invalid", "runtime_error"} <= set(kinds)


@pytest.mark.parametrize(
    ("name", "path"), EVERY, ids=lambda one: one if isinstance(one, str) else name_of(one)
)
def test_a_sample_gets_the_verdict_of_its_folder_and_the_finding_of_its_mistake(
    results: dict[Path, SubmissionResult], name: str, path: Path
) -> None:
    result, expected = results[path], EXPECTED[name][name_of(path)]
    assert result.verdict.value == path.parent.name
    assert result.message.startswith(expected.message)
    assert result.flow.reason is None or path.parent.name != "accepted"
    lines = (result.source or "").splitlines()
    shown = {finding.pitfall: lines[(finding.line or 0) - 1] for finding in result.findings}
    assert sorted(shown) == sorted(expected.findings)
    assert all(text in shown[pitfall] for pitfall, text in expected.findings.items())
