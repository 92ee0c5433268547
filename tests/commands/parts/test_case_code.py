import math
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problem.demo import written

from judge.commands.parts.case_code import _array, _number, code
from judge.evidence import ArrayValue, TreeValue, Value
from judge.expected.truth import CaseTruth
from judge.problem.model import Case, Problem

GOLDEN = """\
# Case drawn[0] of demo, with entropy 5.
# Put it below your function, or in a file beside yours that imports it:
# from my_solution import step

import os

import jax.numpy as jnp

# As the judge sets it: roundings stay where they are written.
os.environ.setdefault("XLA_FLAGS", "--xla_allow_excess_precision=false")

seed = 3.0
x = jnp.array([
    0.5, -1.25,
    3e-09, 100000.0,
], dtype="float32").reshape((2, 2))
y = jnp.array([
    2.0,
    0.1,
], dtype="float32").reshape((2, 1))
lr = 0.1
loss_scale = 1024.0
steps = 2
pair = {
    "a": jnp.array([0, 2], dtype="int32"),
    "b": (
        jnp.array(0.25, dtype="float32"),
    ),
}
expected = jnp.array([0.5], dtype="float32")

if "step" in globals():
    returned = step(seed, x, y, lr, loss_scale, steps, pair)
    print("returned", returned)
    print("expected", expected, "give or take", 0.015625 * abs(expected))
else:
    print("step isn't defined: put it above, or import it there")
"""
ARGUMENTS = {"seed": 3.0, "lr": 0.1, "loss_scale": 1024.0, "steps": 2}


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    return written(tmp_path).load()


def case(name: str = "drawn[0]") -> Case:
    return Case(name=name, arguments=ARGUMENTS, shapes={}, data={}, data_seed=0)


def kept(array: np.ndarray) -> ArrayValue:
    return ArrayValue(dtype=array.dtype.name, shape=array.shape, data=array.tobytes())


HALF = kept(np.array([0.5], np.float32))


def arrays(x: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "x": x,
        "y": np.array([[2], [0.1]], np.float32),
        "pair.a": np.array([0, 2], np.int32),
        "pair.b.0": np.array(0.25, np.float32),
    }


def of(problem: Problem, x: np.ndarray, value: Value = HALF) -> str:
    return code(problem, case(), CaseTruth(arrays=arrays(x), value=value), 5)


def ran(text: str, **names: object) -> dict[str, object]:
    exec(text, names)
    return names


def test_a_case_is_its_arguments_what_is_expected_and_a_call(problem: Problem):
    assert of(problem, np.array([[0.5, -1.25], [3e-9, 1e5]], np.float32)) == GOLDEN


def test_the_code_gives_every_argument_as_the_judge_gives_it(problem: Problem):
    x = np.random.default_rng(0).normal(size=(2, 300)).astype(np.float32)
    seen: list[object] = []

    def step(*arguments: object) -> jax.Array:
        seen.extend(arguments)
        return jnp.ones(1)

    text = of(problem, x)
    names = ran(text, step=step)
    assert max(map(len, text.splitlines())) <= 80
    assert [(type(seen[index]), seen[index]) for index in (0, 3, 4, 5)] == [
        (float, 3.0),
        (float, 0.1),
        (float, 1024.0),
        (int, 2),
    ]
    assert isinstance(seen[1], jax.Array)
    assert seen[1].dtype == np.float32
    assert np.array_equal(np.asarray(seen[1]), x)
    pair = seen[6]
    assert isinstance(pair, dict)
    assert (pair["a"].dtype, pair["a"].tolist(), pair["b"][0].shape) == (np.int32, [0, 2], ())
    assert names["expected"].tolist() == [0.5]  # type: ignore[attr-defined]


def test_the_code_runs_alone_and_says_what_it_lacks(problem: Problem, capsys: pytest.CaptureFixture[str]):
    ran(of(problem, np.ones((1, 2), np.float32)))
    assert capsys.readouterr().out == "step isn't defined: put it above, or import it there\n"


def test_what_came_back_is_shown_beside_what_is_expected_whatever_it_is(
    problem: Problem, capsys: pytest.CaptureFixture[str]
):
    ran(of(problem, np.ones((1, 2), np.float32)), step=lambda *_: None)
    assert capsys.readouterr().out == "returned None\nexpected [0.5] give or take [0.0078125]\n"


def test_an_absolute_part_of_the_tolerance_is_allowed_too(problem: Problem):
    loose = replace(problem, tolerance=replace(problem.tolerance, absolute=1e-6))
    assert "0.015625 * abs(expected) + 1e-06)" in of(loose, np.ones((1, 2), np.float32))


def test_several_results_are_shown_as_they_are_returned(problem: Problem):
    one = kept(np.array([1.5], np.float32))
    text = of(problem, np.ones((1, 2), np.float32), TreeValue(kind="dict", items=(("a", one), ("b", one))))
    array = 'jnp.array([1.5], dtype="float32")'
    assert f'expected = {{\n    "a": {array},\n    "b": {array},\n}}' in text
    assert 'print("expected", expected)' in text


@pytest.mark.parametrize(
    "dtype", ["float32", "float16", "bfloat16", "float8_e4m3fn", "int8", "uint32", "bool"]
)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_number_is_exact(dtype: str, seed: int):
    kind = np.dtype(getattr(ml_dtypes, dtype, dtype))
    bits = np.random.default_rng(seed).integers(0, 256, 24 * kind.itemsize, np.uint8)
    array = (bits.astype(bool) if dtype == "bool" else bits).view(kind)
    finite = [value for value in array if math.isfinite(float(value))]
    shown = [_number(value) for value in finite]
    assert np.array([eval(text) for text in shown], kind).tobytes() == np.array(finite, kind).tobytes()


def test_an_array_without_elements_keeps_its_shape():
    text = _array(np.zeros((0, 3), np.float32))
    assert eval(text, {"jnp": jnp}).shape == (0, 3)
