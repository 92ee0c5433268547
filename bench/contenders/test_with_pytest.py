"""What a teacher would write: every case a test, in a fresh process for each submission, with no cache."""
# A test, as those of tests/ are: nothing is annotated.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ANN202

import os

import given
import numpy as np
import pytest

CASES = given.cases(os.environ["BENCH_CASES"])


@pytest.fixture(scope="module", name="step")
def _step():
    return given.submission(os.environ["BENCH_SUBMISSION"], os.environ["BENCH_CASES"])


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_step(step, case):
    output = step(*case.arguments)
    assert output.shape == case.expected.shape
    assert output.dtype == case.expected.dtype
    np.testing.assert_allclose(output, case.expected, rtol=case.relative)
