from dataclasses import replace

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.problem.arrays import (
    arrange_rows,
    draw,
    dtype_of,
    finish,
    is_finite,
    move_off_grid,
    product,
    round_to,
)
from judge.problem.model import Recipe

GOLDEN_X = [0.24948284367466778, 1.3331178095086524, 0.30999459324778667]
BF16 = np.dtype(ml_dtypes.bfloat16)
NORMAL = Recipe(kind="normal", values=(1.0,))
GRIDS = ("bfloat16", "float16", "float8_e4m3fn", "float8_e5m2")


def test_names_of_ml_dtypes_and_of_numpy_are_known():
    assert [dtype_of(name) for name in ("bfloat16", "float32", "int8")] == [BF16, np.float32, np.int8]


def test_the_stream_of_a_seed_and_a_name_is_fixed():
    found = draw(NORMAL, (3,), seed=0, name="x")
    assert found.tolist() == GOLDEN_X
    assert draw(NORMAL, (3,), seed=0, name="y").tolist() != GOLDEN_X
    assert draw(NORMAL, (3,), seed=1, name="x").tolist() != GOLDEN_X


@given(st.integers(0, 2**63 - 1))
def test_values_keep_to_their_recipe(seed: int):
    uniform = draw(Recipe(kind="uniform", values=(-0.5, 1.5)), (64,), seed=seed, name="x")
    assert ((uniform >= -0.5) & (uniform <= 1.5)).all()
    chosen = draw(Recipe(kind="choice", values=(-0.25, 0.25)), (64,), seed=seed, name="x")
    assert set(chosen.tolist()) == {-0.25, 0.25}
    scaled = draw(Recipe(kind="normal", values=(4.0,)), (8,), seed=seed, name="x")
    assert (scaled == 4 * draw(NORMAL, (8,), seed=seed, name="x")).all()


def test_signs_are_drawn_for_each_element_on_its_own():
    chosen = draw(Recipe(kind="choice", values=(-1.0, 1.0)), (4, 64), seed=0, name="x")
    assert len({tuple(row) for row in chosen.tolist()}) == 4
    assert abs(chosen.mean()) < 0.3


def test_an_array_without_axes_is_one_number():
    assert draw(NORMAL, (), seed=0, name="x").shape == ()
    assert finish(np.asarray(1.0), NORMAL, compute_dtype=None, dtype="float32").shape == ()


def test_rows_can_be_arranged():
    values = np.arange(8.0).reshape(4, 2)
    assert arrange_rows(values, "independent").tolist() == values.tolist()
    assert arrange_rows(values, "identical").tolist() == [[0, 1]] * 4
    assert arrange_rows(values, "antisymmetric").tolist() == [[0, 1], [0, -1], [4, 5], [-4, -5]]
    assert values.tolist() == np.arange(8.0).reshape(4, 2).tolist()


@pytest.mark.parametrize(
    ("value", "distance", "moved"),
    [
        (1.0, 0.5, 1 + 2**-8),
        (-1.0, 0.5, -1 - 2**-8),
        (1.0, -0.5, 1 - 2**-9),  # the gap below a power of two is half as wide
        (1.5, -0.5, 1.5 - 2**-8),
        (1.5 * 2**20, -0.47, 1.5 * 2**20 - 0.47 * 2**13),
        (1.001, 0.25, 1 + 2**-9),  # rounds to 1 first
        (0.0, 0.5, 2.0**-134),
        (0.0, -0.5, 0.0),
        (2.0**-133, -0.5, 2.0**-134),
        (2.0**-126, -0.5, 2.0**-126 - 2.0**-134),
    ],
)
def test_values_are_moved_off_the_grid_by_parts_of_an_ulp(value: float, distance: float, moved: float):
    assert move_off_grid(np.asarray([value]), distance, "bfloat16").tolist() == [moved]


@given(
    st.sampled_from(GRIDS),
    st.lists(st.floats(-400, 400) | st.floats(-0.01, 0.01), min_size=1),
    st.floats(-0.499, 0.499),
)
def test_moved_values_round_back_to_the_grid_value(grid: str, values: list[float], distance: float):
    array = np.asarray(values)
    recipe = Recipe(kind="normal", values=(1.0,), off_grid=distance)
    moved = finish(array, recipe, compute_dtype=grid, dtype="float32")
    assert moved.dtype == np.float32
    assert (round_to(moved, grid) == round_to(array.astype(np.float64), grid)).all()


@given(st.lists(st.floats(-1e30, 1e30), min_size=1), st.sampled_from([-0.47, 0.47]))
def test_nothing_that_is_moved_stays_on_the_grid_but_zero(values: list[float], distance: float):
    moved = move_off_grid(np.asarray(values), distance, "bfloat16")
    on_grid = round_to(np.asarray(values), "bfloat16")
    assert ((moved != on_grid) | (on_grid == 0)).all()
    assert (np.sign(np.abs(moved) - np.abs(on_grid)) * np.sign(distance) >= 0).all()


def test_a_product_rounds_its_operands_and_its_sum_once():
    recipe = Recipe(kind="linear_of", values=(1.015,), of="x", dtype="bfloat16")
    x = np.asarray([[1.0, 2.0**-9]], np.float32)
    weights = np.asarray([[1.00390625], [1.0]], np.float32)  # 1 + 2**-8 is halfway: rounds to 1
    assert product(recipe, x, weights).tolist() == [[1.015 * 1.0]]
    exact = Recipe(kind="linear_of", values=(1.0,), of="x", dtype="float32")
    assert product(exact, x, weights).tolist() == [[1.00390625 + 2.0**-9]]


@given(st.integers(0, 2**32))
def test_a_product_is_that_of_matrices(seed: int):
    generator = np.random.default_rng(seed)
    x, weights = generator.normal(size=(2, 3, 5)), generator.normal(size=(5, 4))
    recipe = Recipe(kind="linear_of", values=(2.0,), of="x", dtype="float32")
    expected = 2 * (x.astype(np.float32).astype(float) @ weights.astype(np.float32).astype(float))
    np.testing.assert_allclose(product(recipe, x, weights), expected, rtol=1e-6, atol=1e-6)


def test_a_product_with_exact_sums_does_not_depend_on_the_order_of_the_columns():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(2, 512)).astype(BF16)
    weights = generator.normal(size=(512, 64)).astype(BF16)
    order = generator.permutation(512)
    recipe = Recipe(kind="linear_of", values=(1.0,), of="x", dtype="bfloat16")
    assert (product(recipe, x, weights) == product(recipe, x[:, order], weights[order])).all()


def test_rows_are_multiplied_by_their_factors_before_they_go_to_the_grid():
    recipe = replace(NORMAL, rows="identical", row_factors=(1.0, -0.5))
    values = np.array([[0.75, 1.5], [9.0, 9.0]])
    assert finish(values, recipe, compute_dtype="bfloat16", dtype="float32").tolist() == [
        [0.75, 1.5],
        [-0.375, -0.75],
    ]
    off_grid = finish(values, replace(recipe, off_grid=0.4), compute_dtype="bfloat16", dtype="float32")
    assert np.array_equal(round_to(off_grid, "bfloat16"), [[0.75, 1.5], [-0.375, -0.75]])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16", "int32", "bool"])
def test_arrays_get_the_dtype_of_their_spec(dtype: str):
    found = finish(np.asarray([0.0, 1.0]), NORMAL, compute_dtype="bfloat16", dtype=dtype)
    assert (found.dtype, found.astype(float).tolist()) == (dtype_of(dtype), [0.0, 1.0])


def test_infinities_and_nans_are_seen_in_every_dtype():
    assert is_finite(np.asarray([1.0], BF16))
    assert not is_finite(np.asarray([np.inf], BF16))
    assert not is_finite(np.asarray([1.0, np.nan], np.float32))
    assert is_finite(np.asarray([3], np.int32))
