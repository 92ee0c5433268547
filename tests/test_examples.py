"""The sample submissions, judged in one go as `judge run` does it: each folder is named for its verdict."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from pages.reading import broken_links
from reporters.readers import html
from toys import Heard

from judge.finding import Severity
from judge.pages.document import pieces
from judge.pages.learner import learner_page
from judge.problem.load import load_problem
from judge.report import Report, SubmissionResult
from judge.reporters.base import View
from judge.run.intake import Job, RunRequest
from judge.run.runner import run
from judge.verdict import Verdict

ROOT = Path(__file__).parent.parent
PROBLEM = "mixed_precision_step"
EXAMPLES = ROOT / "submissions" / PROBLEM / "examples"
FILES = tuple(sorted(EXAMPLES.rglob("*.py")))
SLOW = (
    "time_limit/never_ends"  # judged with a limit of its own: the problem's is longer than a test should take
)

NEEDED = ("accepted/lesson_recipe", "output_limit/prints_too_much")  # whatever else is chosen

pytestmark = pytest.mark.xdist_group("examples")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the report has to say.

    Attributes:
        message: how the submission's message begins. findings: id → text that its line has.
    """

    message: str
    findings: Mapping[str, str]


def says(message: str, **findings: str) -> Expected:
    return Expected(message, {name.replace("_", "-"): line for name, line in findings.items()})


RETURN = "return an array of shape (1,) and dtype float32, for example `jnp.reshape(loss, (1,))"
EXPECTED = {
    "accepted/functional_dict": says("all "),
    "accepted/handwritten_update": says("all "),
    "accepted/inverse_scale": says("all "),
    "accepted/jitted_update": says("all "),
    "accepted/layer_with_two_dtypes": says("all "),
    "accepted/lesson_recipe": says("all "),
    "accepted/loss_as_aux": says("all "),
    "accepted/scale_as_cotangent": says("all "),
    "accepted/scaled_loss_divided": says("all "),
    "accepted/trainer_class": says("all "),
    "accepted/unscaling_in_the_chain": says("all "),
    "invalid/missing_parameter": says(
        "`mixed_precision_step(seed, x, y, lr)` can't be called as `mixed_precision_step(seed, x, y, lr, "
    ),
    "invalid/not_utf8": says("the file is not UTF-8: line 1 has the byte 0xe4; save it as UTF-8"),
    "invalid/other_name": says("there is no function `mixed_precision_step` in this file: it defines"),
    "invalid/syntax_error": says("this is not Python: '(' was never closed"),
    "output_limit/prints_too_much": says("case near-init: printed more than allowed: "),
    "pitfall/low_precision_loss_scale": says(
        "low-precision-loss-scale (line 30): ", low_precision_loss_scale="mse(model, x, y) * loss_scale"
    ),
    "pitfall/masters_stored_in_bfloat16": says(
        "master-downcast (line 35): ", master_downcast="nnx.update(model, "
    ),
    "pitfall/mean_in_float32": says(
        "full-precision-final-loss (line 36): ", full_precision_final_loss="dtype=jnp.float32"
    ),
    "runtime_error/exception_in_helper": says(
        "case generic: TypeError (line 17): in a matmul `a @ b` the last"
    ),
    "runtime_error/exits": says("case generic: SystemExit: 0 (line 34)"),
    "runtime_error/fails_at_import": says("case generic: KeyError while the file was imported: 'large'"),
    "runtime_error/float_seed": says(
        "case generic: ValueError (line 22): a random key is made from a whole number, and `seed` is a float"
    ),
    "runtime_error/kills_its_process": says("case generic: the process exited with status 0 before it gave"),
    "time_limit/never_ends": says("case scale-1: "),
    "wrong_answer/bfloat16_returned": says("wrong-output-dtype (line 32): ", wrong_output_dtype="reshape(1)"),
    "wrong_answer/constant_rate": says("lr-ignored (line 23): ", lr_ignored="optax.sgd(0.1)"),
    "wrong_answer/float16": says("wrong-half-dtype (line 12): ", wrong_half_dtype="p.astype(jnp.float16)"),
    "wrong_answer/full_precision": says(
        "full-precision-forward (line 14): ", full_precision_forward="model(x)"
    ),
    "wrong_answer/full_precision_final_loss": says(
        "full-precision-final-loss (line 32): ", full_precision_final_loss="(model(x) - y)"
    ),
    "wrong_answer/loss_before_the_update": says("stale-loss (line 32): ", stale_loss="return"),
    "wrong_answer/low_precision_grads": says(
        "low-precision-grads (line 29): ", low_precision_grads="astype(jnp.bfloat16)"
    ),
    "wrong_answer/low_precision_unscale": says(
        "low-precision-unscale (line 32): ", low_precision_unscale="g.astype(jnp.bfloat16) / loss_scale"
    ),
    "wrong_answer/master_downcast": says(
        "master-downcast (line 25): ", master_downcast="param_dtype=jnp.bfloat16"
    ),
    "wrong_answer/missing_loss_scale": says(
        "missing-loss-scale (line 26): ", missing_loss_scale="mse(model, x, y)"
    ),
    "wrong_answer/no_update": says("update-discarded (line 29): ", update_discarded="loss_scale"),
    "wrong_answer/not_finite": says("case generic: expected 0.695312, got nan: a finite number was expected"),
    "wrong_answer/returns_float": says(f"case generic: line 32: a Python float came; {RETURN}"),
    "wrong_answer/returns_list": says(f"case generic: line 32: a list of 1 came; {RETURN}"),
    "wrong_answer/returns_none": says(
        "case generic: line 32: the function returned nothing (None): it ends here without a `return`; "
        + RETURN
    ),
    "wrong_answer/returns_parameter": says(
        f"case generic: line 32: an nnx.Variable came, not the array in it; {RETURN}"
    ),
    "wrong_answer/scalar_shape": says("wrong-output-shape (line 32): ", wrong_output_shape="return"),
    "wrong_answer/scaled_loss_returned": says(
        "scaled-loss-returned (line 32): ", scaled_loss_returned="scaled_loss(model)"
    ),
    "wrong_answer/seed_forgotten": says("seed-ignored (line 22): ", seed_ignored="nnx.Rngs(0)"),
    "wrong_answer/sum_in_place_of_mean": says("case generic: expected 0.695312, got 21: off by 1,8"),
    "wrong_answer/uncast_inputs": says("uncast-inputs (line 17): ", uncast_inputs="(x)"),
    "wrong_answer/uncast_targets": says("uncast-targets (line 18): ", uncast_targets="(pred - y)"),
    "wrong_answer/unscaled_grads": says(
        "unscaled-grads (line 29): ", unscaled_grads="optimizer.update(model, grads)"
    ),
}


def name_of(path: Path) -> str:
    return path.relative_to(EXAMPLES).with_suffix("").as_posix()


def asked_for(files: tuple[Path, ...], **changes: object) -> RunRequest:
    problem = load_problem(ROOT, ROOT / "problems" / PROBLEM)
    jobs = tuple(Job(name=name_of(path), path=path, problem=problem) for path in files)
    return replace(RunRequest(root=ROOT, jobs=jobs, workers=2), **changes)  # type: ignore[arg-type] # fields of the request


SAMPLES = [
    pytest.param(name, id=name, marks=pytest.mark.more) for name in sorted(EXPECTED)
]  # `make run` has them


@pytest.fixture(scope="module")
def chosen(request: pytest.FixtureRequest) -> tuple[Path, ...]:
    """The samples that are judged in this run of the tests, but for the slow one."""
    calls = (getattr(item, "callspec", None) for item in request.session.items if item.path == request.path)
    names = {call.params["name"] for call in calls if call is not None and "name" in call.params}
    return tuple(path for path in FILES if name_of(path) in {*names, *NEEDED} - {SLOW})


@pytest.fixture(scope="module")
def report(chosen: tuple[Path, ...]) -> Report:
    heard = Heard()
    found = run(asked_for(chosen, want_flow=True), heard)  # as pages have it
    assert heard.closed == 1
    return found


@pytest.fixture(scope="module")
def results(report: Report) -> dict[str, SubmissionResult]:
    return {result.submission: result for result in report.results}


@pytest.fixture(scope="module")
def result_of(results: dict[str, SubmissionResult]) -> Callable[[str], SubmissionResult]:
    """The result of any sample, also of the one that is judged with a limit of its own."""
    slow = cache(_slow)
    return lambda name: slow() if name == SLOW else results[name]


def _slow() -> SubmissionResult:
    """Two cases with a shorter limit: the one that never ends, and one that does."""
    asked = asked_for((EXAMPLES / f"{SLOW}.py",), case_names=("scale-1",))
    [job] = asked.jobs
    limits = replace(job.problem.limits, wall_s=4.0, cpu_s=4.0)
    short = replace(job, problem=replace(job.problem, limits=limits))
    [result] = run(replace(asked, jobs=(short,)), Heard()).results
    return result


def test_every_sample_is_expected_to_be_judged_somehow_and_has_the_verdict_of_its_folder_in_its_name() -> (
    None
):
    assert sorted(EXPECTED) == sorted(map(name_of, FILES))
    assert {path.parent.name for path in FILES} <= {str(verdict) for verdict in Verdict}
    assert sum(name.startswith("accepted/") for name in EXPECTED) >= 8


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_gets_the_verdict_that_its_folder_is_named_for(
    result_of: Callable[[str], SubmissionResult], name: str
) -> None:
    result, expected = result_of(name), EXPECTED[name]
    assert (result.verdict, result.message[: len(expected.message)]) == (
        name.split("/", maxsplit=1)[0],
        expected.message,
    )
    assert "\n" not in result.message


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_the_findings_of_its_one_mistake_at_its_line(
    result_of: Callable[[str], SubmissionResult], name: str
) -> None:
    result = result_of(name)
    lines = (result.source or "").splitlines()
    found = {finding.pitfall: finding.line for finding in result.findings}
    assert sorted(found) == sorted(EXPECTED[name].findings)
    for pitfall, line in found.items():
        assert line is not None
        assert EXPECTED[name].findings[pitfall] in lines[line - 1]
    assert all(finding.severity is Severity.ERROR for finding in result.findings)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_right_sample_was_read_and_has_the_full_score_and_what_cannot_be_run_has_no_cases(
    result_of: Callable[[str], SubmissionResult], name: str
) -> None:
    result = result_of(name)
    every = tuple(case.name for case in result_of(NEEDED[0]).cases)
    assert len(every) > 6
    none = name.startswith("invalid/")
    assert tuple(case.name for case in result.cases) == (
        () if none else ("scale-1",) if name == SLOW else every
    )
    if name.startswith("accepted/"):
        assert (result.flow.reason, result.score) == (None, 1.0)


@pytest.mark.more
def test_a_case_that_fails_costs_only_itself(results: dict[str, SubmissionResult]) -> None:
    printed = {case.name: case.verdict for case in results["output_limit/prints_too_much"].cases}
    assert printed["generic"] is Verdict.ACCEPTED
    assert printed["near-init"] is Verdict.OUTPUT_LIMIT
    assert printed["scale-1"] is Verdict.ACCEPTED
    assert 0 < (results["output_limit/prints_too_much"].score or 0) < 1


@pytest.mark.more
def test_the_report_is_complete_in_the_order_that_was_asked_for(
    report: Report, chosen: tuple[Path, ...]
) -> None:
    assert (report.complete, report.exit_code) == (True, 1)
    assert [result.submission for result in report.results] == [name_of(path) for path in chosen]
    assert {*NEEDED} <= {name_of(path) for path in chosen}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_of_a_sample_is_small_and_its_links_lead_somewhere(
    result_of: Callable[[str], SubmissionResult], report: Report, name: str
) -> None:
    page = "".join(pieces(learner_page(result_of(name), report.head, View())))
    assert len(page.encode()) <= 60 << 10
    assert broken_links(html(page)) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_sample_says_in_a_docstring_what_it_shows(path: Path) -> None:
    data = path.read_bytes()
    if path.parent.name == "invalid":
        assert data.startswith(b'"""')
        return
    doc = ast.get_docstring(ast.parse(data))
    assert doc is not None
    assert doc.splitlines()[0].endswith((".", "?"))
