"""The exercise of layer norm: what its samples are told, and how small it is."""

from pathlib import Path

import pytest
from test_examples import Expected, says
from toys import Heard
from traced import problem

from judge.cases import expand
from judge.report import SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.run.runner import run

NAME = "layer_norm_step"
SUBMISSIONS = Path(__file__).parent.parent / "submissions"
EXPECTED: dict[str, Expected] = {
    "accepted/by_hand": says("all "),
    "accepted/custom_vjp": says("all "),
    "accepted/errors_in_bfloat16": says("all "),
    "accepted/optax_sgd": says("all "),
    "accepted/value_and_grad": says("all "),
    "invalid/other_name": says("there is no function `layer_norm_step` in this file: "),
    "pitfall/errors_in_float16": says("wrong-half-dtype (line ", wrong_half_dtype="astype(jnp.float16)"),
    "runtime_error/no_keepdims": says("case plain: ValueError (line "),
    "wrong_answer/affine_in_bfloat16": says("case off-grid: in [out]: "),
    "wrong_answer/float32_output": says("case plain: line "),
    "wrong_answer/layer_of_nnx_in_bfloat16": says("case off-grid: in [out]: "),
    "wrong_answer/low_precision_update": says(
        "low-precision-update (line ", low_precision_update="lr * grad.astype(jnp.bfloat16)"
    ),
    "wrong_answer/over_the_batch": says("case plain: in [out]: "),
    "wrong_answer/statistics_in_bfloat16": says("case off-grid: in [out]: "),
}
FILES = tuple(sorted((SUBMISSIONS / NAME / "examples").rglob("*.py")))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def results() -> dict[str, SubmissionResult]:
    jobs = tuple(Job(name=name_of(path), path=path, problem=problem(NAME)) for path in FILES)
    report = run(RunRequest(root=SUBMISSIONS.parent, jobs=jobs, workers=2), Heard())
    return dict(zip(map(name_of, FILES), report.results, strict=True))


def test_every_sample_is_expected_to_be_judged_somehow() -> None:
    assert sorted(EXPECTED) == sorted(map(name_of, FILES))


@pytest.mark.more
@pytest.mark.xdist_group("samples of layer norm")
@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gets_the_verdict_of_its_folder_and_the_finding_of_its_mistake(
    results: dict[str, SubmissionResult], name: str
) -> None:
    result, expected = results[name], EXPECTED[name]
    assert result.verdict.value == name.partition("/")[0]
    assert result.message.startswith(expected.message)
    lines = (result.source or "").splitlines()
    shown = {finding.pitfall: lines[(finding.line or 0) - 1] for finding in result.findings}
    assert sorted(shown) == sorted(expected.findings)
    assert all(text in shown[pitfall] for pitfall, text in expected.findings.items())


def test_all_cases_have_one_shape_and_most_of_the_weight_can_be_seen() -> None:
    cases = expand(problem(NAME), 0)
    assert len({tuple(sorted(case.shapes.items())) for case in cases}) == 1
    public = sum(case.weight for case in cases if case.visibility == "public")
    assert public > sum(case.weight for case in cases) / 2


def test_the_statement_and_the_hints_fit_a_terminal() -> None:
    texts = [problem(NAME).folder / name for name in ("statement.md", "hints.md")]
    assert [line for path in texts for line in path.read_text("utf-8").splitlines() if len(line) > 80] == []
