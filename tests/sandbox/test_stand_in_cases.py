import numpy as np
import pytest

from judge.sandbox.stand_in_cases import stand_in
from judge.sandbox.talking.case_inputs import as_wire, from_wire
from judge.sandbox.talking.requests import CaseInput, trace_question
from judge.worker.wire import ITEM_SIZES

SECRET = CaseInput(
    name="unseen",
    arguments=(
        {"number": 777.25},
        {"number": 42},
        {"array": 0},
        {"dict": [["a", {"tuple": [{"array": 1}, {"number": 777.25}]}]]},
    ),
    arrays=(as_wire(np.full((2, 3), 777.25, np.float32)), as_wire(np.array([3, 4], np.int32))),
    hidden=True,
)


def test_a_stand_in_has_the_form_of_the_case_and_none_of_its_numbers() -> None:
    made = stand_in(SECRET)
    assert made.arguments == (
        {"number": 1.0},
        {"number": 1},
        {"array": 0},
        {"dict": [["a", {"tuple": [{"array": 1}, {"number": 1.0}]}]]},
    )
    assert [type(made.arguments[n]["number"]) for n in (0, 1)] == [float, int]
    assert [(one.dtype, one.shape) for one in made.arrays] == [("float32", (2, 3)), ("int32", (2,))]
    numbers = from_wire(made.arrays[0])
    assert len(set(numbers.ravel().tolist())) == 6
    assert not (numbers == 777.25).any()
    assert from_wire(made.arrays[1]).tolist() == [0, 0]


def test_two_cases_of_one_form_have_the_same_stand_in() -> None:
    other = CaseInput(
        name="unseen",
        arguments=({"number": 3.5}, {"number": 7}, *SECRET.arguments[2:]),
        arrays=(as_wire(np.ones((2, 3), np.float32)), as_wire(np.array([9, 9], np.int32))),
        hidden=True,
    )
    assert stand_in(other).arrays == stand_in(SECRET).arrays
    assert stand_in(other).arguments == stand_in(SECRET).arguments


@pytest.mark.parametrize("dtype", sorted(ITEM_SIZES))
def test_every_dtype_that_may_pass_has_a_stand_in(dtype: str) -> None:
    case = CaseInput(
        name="one", arguments=({"array": 0},), arrays=(as_wire(np.ones((2, 2), np.dtype(dtype))),)
    )
    [array] = stand_in(case).arrays
    assert (array.dtype, array.shape, len(array.data)) == (dtype, (2, 2), 4 * ITEM_SIZES[dtype])
    assert np.isfinite(from_wire(array).astype(np.complex128)).all()


def test_only_a_hidden_case_is_traced_on_a_stand_in() -> None:
    spec = {"values": True}
    hidden = trace_question(SECRET, spec)
    assert "777.25" not in repr(hidden)
    assert (hidden.header["spec"]["values"], hidden.arrays) == (False, stand_in(SECRET).arrays)
    shown = CaseInput(name="seen", arguments=SECRET.arguments, arrays=SECRET.arrays)
    asked = trace_question(shown, spec)
    assert (asked.header["spec"]["values"], asked.arrays) == (True, SECRET.arrays)
