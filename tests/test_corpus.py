"""The corpus through the whole judge: no false accept, no false reject, every finding at its line.

A sample of it in each test run, diagnosed in this process; samples of the exercises are what is judged there.
"""

import os
import sys
from pathlib import Path

import pytest
from corpus_reading import CORPUS, differences, expectation, finding_differences
from marks import misplaced
from matrix.diagnosing import read_and_diagnosed
from thinned import thinned
from toys import Heard
from traced import ROOT, problem_of

from judge.run.intake import Job, RunRequest
from judge.run.runner import run

# What a submission is warned of is its own affair; what the judge is warned of is a fault of it.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.filterwarnings("error:::judge")]

FIRST, FURTHER = sorted(CORPUS.glob("*/*.py")), sorted(CORPUS.glob("*/*/*.py"))  # exercises
FILES = sorted([*FIRST, *FURTHER])
SAMPLE = FILES[1::256]  # none of those whose numbers come from the host: they are read in a worker only
# For workers only: what numbers tell of programs that leave JAX, or refute; what registers a type once.
IN_WORKERS = {
    "numpy_add_out_unsafe", "numpy_master_alias_rounded", "numpy_alias_moves_masters",
    "inplace_divide_float16_buffer", "numpy_out_argument_is_half", "numpy_divide_into_half_buffer",
    "multiply_with_dtype_constant", "scan_train_then_eval", "partial_binds_raw_targets",
    "accumulate_associative_scan", "jacrev_of_shared_copy", "scan_two_trips", "ml_dtypes_numpy_buffer",
    "numpy_targets_float32", "unscaled_grads_numpy_loop_rebinds", "numpy_buffer",
    "numpy_alias_of_the_masters", "cached_init_default_seed", "other_numpy_evaluation", "numpy_float16_list",
    "bias_alone_added_in_half", "bias_alone_rounded_mean",
}  # fmt: skip
# Helpers that are right and called with what is wrong, lines without an operation, what one file alone shows.
HELPERS = {
    "overwrite", "scale_not_reduced_optimizer_optax_lambda", "scale_not_reduced_dataclass_class_lambda",
    "scale_unbounded_class_optimizer_optax", "count_not_reset_apply_if_finite_optax_split",
    "default_every", "dict_update", "half_name", "isinstance", "reduce_list", "working_params",
    "beginner_helper", "inverse_first", "namedtuple_replace",
}  # fmt: skip


def judged(files: list[Path]) -> dict[str, list[str]]:
    names = [str(path.relative_to(CORPUS)) for path in files]
    jobs = tuple(
        Job(name=name, path=path, problem=problem_of(path.read_text(encoding="utf-8")))
        for name, path in zip(names, files, strict=True)
    )
    report = run(RunRequest(root=ROOT, jobs=jobs, workers=os.cpu_count() or 1), Heard())
    results = zip(names, files, report.results, strict=True)
    found = {name: differences(path, result) for name, path, result in results}
    return {name: faults for name, faults in found.items() if faults}


def test_the_corpus_is_no_place_where_modules_are_looked_for():
    """As it was when pytest took a file named `..._test.py` for one of its own: there is a `numpy.py`."""
    assert [entry for entry in sys.path if Path(entry).resolve().is_relative_to(CORPUS)] == []


@pytest.mark.parametrize("path", thinned(SAMPLE, 3), ids=lambda path: path.stem)
def test_a_sample_of_the_corpus_gets_its_findings_and_lines(path: Path):
    source = path.read_text(encoding="utf-8")
    findings, flow = read_and_diagnosed(source)
    assert (finding_differences(expectation(path), findings), flow.reason) == ([], None)
    assert misplaced(source, flow, findings) == []


def _marks(path: Path, number: int) -> list[pytest.MarkDecorator]:
    return [pytest.mark.soak] if number % 16 and path.stem not in HELPERS else []


@pytest.mark.more
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=f"{path.parents[1].name}/{path.stem}", marks=_marks(path, number))
        for number, path in enumerate(FURTHER)
        if path.stem not in IN_WORKERS
    ],
)
def test_a_file_for_a_further_exercise_gets_its_findings_and_lines(path: Path):
    source = path.read_text(encoding="utf-8")
    findings, flow = read_and_diagnosed(source)
    assert finding_differences(expectation(path), findings) == []
    assert misplaced(source, flow, findings) == []


@pytest.mark.more
def test_the_corpus_gets_its_verdicts_findings_and_lines():
    """Half of the first exercise's files, and some of the others', which are diagnosed above."""
    in_workers = [path for path in FURTHER if path.stem in IN_WORKERS]
    assert (len(FIRST) >= 120, len(in_workers)) == (True, len(IN_WORKERS))
    assert judged(sorted({*FIRST[::2], *FURTHER[::16], *in_workers})) == {}


@pytest.mark.more
@pytest.mark.soak
def test_so_does_the_other_half_of_the_first_exercises():
    assert judged(FIRST[1::2]) == {}


def test_the_reading_of_the_corpus_notices_what_is_wrong(tmp_path: Path):
    path = tmp_path / "one.py"
    path.write_text("# expect: pitfall\n# finding: stale-loss\nx = 1\nreturn x  #@ stale-loss\n")
    wanted = expectation(path)
    assert (wanted.verdicts, wanted.findings, wanted.marks) == (
        {"pitfall"},
        ({"stale-loss"},),
        {"stale-loss": {4}},
    )
