from pathlib import Path
from typing import Any

import ml_dtypes  # noqa: F401 - registers bfloat16 and its kin with numpy's dtype()
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from toys import case, problem

from judge.problem.model import ArraySpec, Parameter, TreeSpec
from judge.sandbox.talking.case_inputs import as_wire, blank_arrays, case_input, from_wire, warm_up
from judge.sandbox.talking.requests import CaseInput
from judge.worker.wire import ITEM_SIZES, Array

X = ArraySpec(dtype="float32", shape=("N", "D"))
COUNTS = ArraySpec(dtype="int32", shape=("N",))
NESTED = TreeSpec(kind="dict", items=(("w", X), ("more", TreeSpec(kind="tuple", items=(("0", COUNTS),)))))
MIXED = problem(
    parameters=(
        Parameter(name="lr", kind="float", role="learning_rate"),
        Parameter(name="steps", kind="int"),
        Parameter(name="x", kind="array", role="inputs", spec=X),
        Parameter(name="tree", kind="tree", spec=NESTED),
    )
)
CASE = case(
    arguments={"lr": 1, "steps": 3}, shapes={"x": (2, 3), "tree.w": (1, 2), "tree.more.0": (2,)}, data={}
)
ARRAYS = {
    "x": np.arange(6, dtype=np.float32).reshape(2, 3),
    "tree.w": np.ones((1, 2), np.float32),
    "tree.more.0": np.array([7, 8], np.int32),
}


def test_a_call_is_plain_data_and_its_arrays_in_order() -> None:
    assert case_input(MIXED, CASE, ARRAYS) == CaseInput(
        name="one",
        arguments=(
            {"number": 1.0},
            {"number": 3},
            {"array": 0},
            {"dict": [["w", {"array": 1}], ["more", {"tuple": [{"array": 2}]}]]},
        ),
        arrays=(
            Array("float32", (2, 3), ARRAYS["x"].tobytes()),
            Array("float32", (1, 2), ARRAYS["tree.w"].tobytes()),
            Array("int32", (2,), ARRAYS["tree.more.0"].tobytes()),
        ),
    )


def test_a_float_stays_one_although_the_file_says_1_and_an_int_likewise() -> None:
    given_numbers = [argument["number"] for argument in case_input(MIXED, CASE, ARRAYS).arguments[:2]]
    assert [type(number) for number in given_numbers] == [float, int]


def test_what_else_a_call_has_to_say() -> None:
    hidden = case(arguments=CASE.arguments, shapes=CASE.shapes, data={}, visibility="hidden")
    sent = case_input(MIXED, hidden, ARRAYS, entry="stale-loss", abstract=True)
    assert (sent.hidden, sent.entry, sent.abstract) == (True, "stale-loss", True)


def test_blank_arrays_have_the_shapes_and_dtypes_of_the_case() -> None:
    blank = blank_arrays(MIXED, CASE)
    assert {name: (one.dtype.name, one.shape, one.any()) for name, one in blank.items()} == {
        "x": ("float32", (2, 3), np.False_),
        "tree.w": ("float32", (1, 2), np.False_),
        "tree.more.0": ("int32", (2,), np.False_),
    }
    assert case_input(MIXED, CASE, blank).arguments == case_input(MIXED, CASE, ARRAYS).arguments


@pytest.mark.parametrize("dtype", sorted(ITEM_SIZES))
def test_every_dtype_that_may_pass_passes_unchanged(dtype: str) -> None:
    array = np.array([[0, 1], [2, 3]]).astype(np.dtype(dtype))
    there = as_wire(array)
    back = from_wire(there)
    assert (there.dtype, there.shape, len(there.data)) == (dtype, (2, 2), 4 * ITEM_SIZES[dtype])
    assert (back.dtype.name, back.tobytes()) == (dtype, array.tobytes())


@given(
    arrays.arrays(
        dtype=st.sampled_from(
            [np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.int16), np.dtype(bool)]
        ),
        shape=arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
    )
)
def test_any_array_comes_back_bit_for_bit(array: np.ndarray[Any, Any]) -> None:
    back = from_wire(as_wire(array))
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())


def test_memory_order_and_byte_order_make_no_difference() -> None:
    plain = np.arange(6, dtype=np.float32).reshape(2, 3)
    for other in (np.asfortranarray(plain), plain.astype(">f4"), np.flip(np.flip(plain))):
        assert as_wire(other) == as_wire(plain)


def test_a_warm_up_has_a_call_for_each_public_shape_and_nothing_of_a_hidden_case(tmp_path: Path) -> None:
    (tmp_path / "warmup.py").write_text("def warm_up(seed, x): ...\n")
    cases = (
        case("a"),
        case("b", shapes={"x": (4, 1)}),
        case("c", arguments={"seed": 42.0}),  # as drawn for one entropy, and not for another
        case("h", visibility="hidden", arguments={"seed": 777.0}),
        case("i", visibility="hidden", shapes={"x": (9, 9)}),
    )
    asked = warm_up(problem(folder=tmp_path), cases)
    assert asked is not None
    assert sorted(asked.calls) == [
        '[{"number": 1.0}, {"blank": ["float32", [2, 3]]}]',
        '[{"number": 1.0}, {"blank": ["float32", [4, 1]]}]',
    ]
