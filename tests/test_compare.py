import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from toys import SCALAR, array, other

from judge.compare import Comparison, compare, number_texts, numbers, representable
from judge.evidence import ArrayValue, TreeValue, Value
from judge.problem.model import ArraySpec, TreeSpec
from judge.problem.tolerance import Tolerance

SIXTY_FOURTH = Tolerance(relative=2**-6)
PAIR = TreeSpec(kind="tuple", items=(("0", SCALAR), ("1", ArraySpec(dtype="int32", shape=("N",)))))
TABLE = TreeSpec(kind="dict", items=(("loss", SCALAR), ("grads", SCALAR)))


def tree(kind: str, **items: Value) -> TreeValue:
    return TreeValue(kind=kind, items=tuple((key.removeprefix("_"), value) for key, value in items.items()))


def of_numbers(expected: object, actual: object, tolerance: Tolerance = SIXTY_FOURTH) -> Comparison:
    return compare(array(expected), array(actual), SCALAR, tolerance)


def test_an_equal_number_passes_with_error_zero_and_the_tolerance_said() -> None:
    assert of_numbers([1.3125], [1.3125]) == Comparison(
        kind="same", error=0.0, tolerance=2**-6, expected=(1.3125,), actual=(1.3125,)
    )


def test_a_number_exactly_at_the_tolerance_passes_and_the_next_float_does_not() -> None:
    edge = np.float32(1.0 + 2**-6)
    assert of_numbers([1.0], [edge]).passed
    assert not of_numbers([1.0], [np.nextafter(edge, np.float32(2))]).passed
    assert of_numbers([-1.0], [-edge]).passed


def test_a_wrong_number_is_told_with_what_was_expected_and_by_how_many_tolerances() -> None:
    found = of_numbers([1.3125], [812.0])
    message = "expected 1.3125, got 812: off by 39,531 tolerances (allowed: 0.0205078 either way)"
    assert found == Comparison(
        kind="numbers",
        message=message,
        error=(812 - 1.3125) / 1.3125,
        tolerance=2**-6,
        expected=(1.3125,),
        actual=(812.0,),
    )


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (1.0 + 2**-5, "off by 2.0 tolerances"),
        (1.0 + 2**-6 * 9.5, "off by 9.5 tolerances"),
        (1.0 + 2**-6 * 12, "off by 12 tolerances"),
    ],
)
def test_tolerances_have_a_decimal_below_ten(actual: float, said: str) -> None:
    assert said in of_numbers([1.0], [actual]).message


def test_where_zero_is_expected_the_error_is_absolute() -> None:
    found = of_numbers([0.0], [1e-30])
    assert (found.kind, found.tolerance) == ("numbers", 0.0)
    assert found.error == pytest.approx(1e-30)
    assert found.message == "expected 0, got 1e-30: not within any tolerance (allowed: 0 either way)"
    assert of_numbers([0.0], [-0.0]).passed
    assert of_numbers([0.0], [1e-30], Tolerance(relative=0.5, absolute=1e-29)).passed


def test_without_any_tolerance_the_smallest_difference_is_the_worst() -> None:
    exact = Tolerance(relative=0.0)
    found = compare(array([1.0, 1e-300], "float64"), array([1.0, 1.1e-300], "float64"), SCALAR, exact)
    assert found.message.startswith("1 of 2 numbers are off, the worst at [1]: expected 1e-300, got 1.1e-300")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_never_passes(number: float) -> None:
    found = of_numbers([1.0], [number], Tolerance(relative=0.5, absolute=1e300))
    assert found.message == f"expected 1, got {number:g}: a finite number was expected"
    assert not found.passed


def test_of_several_numbers_the_worst_is_told_with_its_place_and_how_many_are_off() -> None:
    expected, actual = np.ones((2, 3)), np.ones((2, 3))
    actual[0, 1], actual[1, 2] = 1.5, 2.0
    found = of_numbers(expected, actual)
    assert found.message == (
        "2 of 6 numbers are off, the worst at [1, 2]: expected 1, got 2: off by 64 tolerances"
        " (allowed: 0.015625 either way)"
    )
    assert (found.error, found.tolerance) == (1.0, 2**-6)


def test_nan_is_worse_than_any_number() -> None:
    assert "the worst at [1]: expected 1, got nan" in of_numbers([1, 1, 1], [9e9, math.nan, 0]).message


def test_at_most_64_numbers_are_shown() -> None:
    found = of_numbers(np.arange(100.0), np.arange(100.0))
    assert found.expected == found.actual == tuple(map(float, range(64)))


def test_nothing_at_all_equals_nothing_at_all() -> None:
    assert of_numbers(np.ones((0, 3)), np.ones((0, 3))).passed


@pytest.mark.parametrize(
    ("actual", "message"),
    [
        (array(1.0), "expected an array of shape (1,), got shape (); `.reshape((1,))` gives it that shape"),
        (
            array([[1.0]]),
            "expected an array of shape (1,), got shape (1, 1); `.reshape((1,))` gives it that shape",
        ),
        (array([1.0, 1.0]), "expected an array of shape (1,), got shape (2,)"),
        (array([]), "expected an array of shape (1,), got shape (0,)"),
        (array([1.0, 1.0], "bfloat16"), "expected an array of shape (1,), got shape (2,)"),
    ],
)
def test_another_shape_is_refused_whatever_the_numbers_are(actual: ArrayValue, message: str) -> None:
    assert compare(array([1.0]), actual, SCALAR, SIXTY_FOURTH) == Comparison(kind="shape", message=message)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64", "int32", "bool", "complex64"])
def test_another_dtype_is_refused_although_the_number_is_right(dtype: str) -> None:
    message = f"expected dtype float32, got {dtype}; `.astype(jnp.float32)` gives it that dtype"
    found = compare(array([1.0]), array([1.0], dtype), SCALAR, SIXTY_FOURTH)
    assert found == Comparison(kind="dtype", message=message, actual=(1.0,))


RETURN = "return an array of shape (1,) and dtype float32"
EXAMPLE = ", for example `jnp.reshape(loss, (1,)).astype(jnp.float32)`"


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (other("none", "NoneType"), "the function returned nothing (None)"),
        (other("float"), "a Python float came"),
        (other("int"), "a Python int came"),
        (other("bool"), "a Python bool came"),
        (other("scalar", "float32"), "a single numpy number came"),
        (other("str"), "a string came"),
        (other("variable", "Param"), "an nnx.Variable came, not the array in it"),
        (
            other("tracer", "DynamicJaxprTracer"),
            "a tracer came: a value that was kept from inside jit or grad instead of being returned by it",
        ),
        (other("tuple", "tuple"), "a tuple came"),
        (other("other", "Array of mine"), "an Array of mine came"),
        (other("other", "Lazy"), "a Lazy came"),
        (tree("list", _0=array([1.0])), "a list of 1 came"),
        (tree("tuple", _0=array([1.0]), _1=other("none")), "a tuple of 2 came"),
    ],
)
def test_what_is_no_array_is_told_with_what_to_return(value: Value, came: str) -> None:
    found = compare(array([1.0]), value, SCALAR, SIXTY_FOURTH)
    assert found == Comparison(kind="type", message=f"{came}; {RETURN}{EXAMPLE}")


def test_no_example_is_given_that_would_not_fit() -> None:
    spec = ArraySpec(dtype="float32", shape=("N", 2))
    found = compare(array([[1.0, 2.0]]), other("none"), spec, SIXTY_FOURTH)
    message = "the function returned nothing (None); return an array of shape (N, 2) and dtype float32"
    assert found.message == message


def pair(loss: object = (1.0,), counts: object = (1, 2, 3), kind: str = "tuple") -> TreeValue:
    return tree(kind, _0=array(loss), _1=array(counts, "int32"))


@pytest.mark.parametrize("kind", ["tuple", "list"])
def test_a_list_will_do_for_a_tuple(kind: str) -> None:
    found = compare(pair(), pair(kind=kind), PAIR, SIXTY_FOURTH)
    assert found == Comparison(
        kind="same", error=0.0, tolerance=2**-6, expected=(1, 1, 2, 3), actual=(1, 1, 2, 3)
    )


@pytest.mark.parametrize(
    ("actual", "kind", "message"),
    [
        (array([1.0]), "type", "expected a tuple of 2, got an array of shape (1,)"),
        (other("none", "NoneType"), "type", "expected a tuple of 2, got a NoneType"),
        (
            tree("dict", _0=array([1.0]), _1=array([1], "int32")),
            "type",
            "expected a tuple of 2, got a dict of 2",
        ),
        (tree("tuple", _0=array([1.0])), "structure", "expected the entries 0, 1, got 0"),
        (
            tree("tuple", _0=array([1.0]), _1=array([1], "int32"), _2=array([1.0])),
            "structure",
            "expected the entries 0, 1, got 0, 1, 2",
        ),
        (pair(loss=[[1.0]]), "shape", "in [0]: expected an array of shape (1,), got shape (1, 1)"),
        (pair(counts=[1, 2]), "shape", "in [1]: expected an array of shape (3,), got shape (2,)"),
        (
            tree("tuple", _0=array([1.0]), _1=array([1.0, 2.0, 3.0])),
            "dtype",
            "in [1]: expected dtype int32, got float32",
        ),
        (
            tree("tuple", _0=other("float"), _1=array([1, 2, 3], "int32")),
            "type",
            "in [0]: a Python float came; return an array of shape (1,)",
        ),
        (
            pair(counts=[1, 9, 3]),
            "numbers",
            "in [1]: 1 of 3 numbers are off, the worst at [1]: expected 2, got 9: off by 224 tolerances",
        ),
    ],
)
def test_the_place_in_a_tree_is_told(actual: Value, kind: str, message: str) -> None:
    found = compare(pair(), actual, PAIR, SIXTY_FOURTH)
    assert (found.kind, found.message[: len(message)]) == (kind, message)


def test_the_entries_of_a_dict_may_come_in_any_order() -> None:
    expected = tree("dict", loss=array([1.0]), grads=array([2.0]))
    swapped = tree("dict", grads=array([2.0]), loss=array([1.0]))
    assert compare(expected, swapped, TABLE, SIXTY_FOURTH).passed
    renamed = tree("dict", loss=array([1.0]), gradients=array([2.0]))
    found = compare(expected, renamed, TABLE, SIXTY_FOURTH)
    assert found.message == "expected the entries loss, grads, got loss, gradients"
    assert compare(expected, pair(), TABLE, SIXTY_FOURTH).message.startswith(
        "expected a dict with loss, grads"
    )


def test_an_entry_that_comes_twice_is_refused() -> None:
    twice = TreeValue(
        kind="dict", items=(("loss", array([9.0])), ("loss", array([1.0])), ("grads", array([1.0])))
    )
    expected = tree("dict", loss=array([1.0]), grads=array([1.0]))
    assert compare(expected, twice, TABLE, SIXTY_FOURTH).kind == "structure"


def test_the_worst_leaf_of_a_tree_is_the_one_that_is_told() -> None:
    expected = tree("dict", loss=array([1.0]), grads=array([1.0]))
    actual = tree("dict", loss=array([1.5]), grads=array([math.nan]))
    found = compare(expected, actual, TABLE, SIXTY_FOURTH)
    assert found.message == "in [grads]: expected 1, got nan: a finite number was expected"
    assert (found.expected, found.actual and found.actual[0]) == ((1.0, 1.0), 1.5)


def test_a_tree_is_representable_when_all_its_float32_leaves_are() -> None:
    asked = Tolerance(relative=0.5, representable_in="bfloat16")
    assert compare(pair(), pair(), PAIR, asked).representable is True
    assert compare(pair(), pair(loss=[1.001]), PAIR, asked).representable is False
    assert compare(pair(), pair(), PAIR, SIXTY_FOURTH).representable is None


FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(FLOATS, st.floats(width=32), st.sampled_from([0.0, 2**-6, 0.01]), st.sampled_from([0.0, 1e-3]))
@example(1.0, 1.015625, 2**-6, 0.0)
@example(1e-45, 3e-45, 2**-6, 0.0)
@example(-3.4e38, 3.4e38, 2**-6, 0.0)
def test_passing_is_what_exact_arithmetic_says(
    want: float, got: float, relative: float, absolute: float
) -> None:
    found = of_numbers([want], [got], Tolerance(relative=relative, absolute=absolute))
    assert found.error is not None
    assert found.tolerance is not None
    assert found.passed == (found.error <= found.tolerance)
    if not math.isfinite(got):
        assert not found.passed
        return
    off = abs(Fraction(got) - Fraction(want))
    allowed = Fraction(relative) * abs(Fraction(want)) + Fraction(absolute)
    assume(off == allowed or abs(off - allowed) > allowed * Fraction(1, 10**12))
    assume(absolute == 0.0 or off != allowed)  # the sum of both parts is itself rounded
    assert found.passed == (off <= allowed)


@given(st.integers(min_value=0, max_value=2**16 - 1), st.integers(min_value=-2, max_value=2))
def test_two_float32_ulps_beside_a_bfloat16_number_are_representable(bits: int, ulps: int) -> None:
    number = np.array([bits << 16], np.uint32).view(np.float32)
    assume(np.isfinite(number).all())
    for _ in range(abs(ulps)):
        number = np.nextafter(number, np.float32(math.copysign(np.inf, ulps)))
    assert representable(array(number), "bfloat16") is True


@given(st.integers(min_value=0, max_value=2**16 - 1), st.integers(min_value=3, max_value=2**16 - 3))
def test_what_lies_farther_from_a_bfloat16_number_is_not_representable(bits: int, low: int) -> None:
    number = np.array([(bits << 16) | low], np.uint32).view(np.float32)
    assume(np.isfinite(number).all())
    assert representable(array(number), "bfloat16") is False


NAMED = ArraySpec(dtype="float32", shape=(3,), elements=("loss", "loss_scale", "good_steps"))
STATE = Tolerance(
    relative=2**-6,
    representable_in="bfloat16",
    parts={"loss_scale": Tolerance(relative=0.0), "good_steps": Tolerance(relative=0.0)},
)


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        ([1.0078125, 1024.0, 3.0], ""),
        ([1.0, 1025.0, 3.0], "[1] (loss_scale): expected 1024, got 1025: it must be exact"),
        ([1.0, 1024.001, 3.0], "[1] (loss_scale): expected 1024.0, got 1024.0009765625: it must be exact"),
        ([2.0, 512.0, 4.0], "loss, loss_scale and good_steps are off; [1] (loss_scale): expected 1024"),
        ([1.0, 512.0, 4.0], "loss_scale and good_steps are off; [1] (loss_scale): expected 1024, got 512"),
        ([2.0, 1024.0, 3.0], "[0] (loss): expected 1, got 2: off by 64 tolerances (allowed: 0.015625"),
        ([1.0, 1024.0, math.nan], "[2] (good_steps): expected 3, got nan: a finite number was expected"),
    ],
)
def test_named_elements_have_a_tolerance_each(actual: list[float], said: str) -> None:
    found = compare(array([1.0, 1024.0, 3.0]), array(actual), NAMED, STATE)
    assert found.passed == (said == "")
    assert found.message.startswith(said)
    assert (found.error, found.tolerance) != (None, None)


def test_only_elements_that_are_asked_to_be_representable_are_looked_at() -> None:
    parts = {name: Tolerance(relative=0.0) for name in ("loss_scale", "good_steps")}
    asked = Tolerance(relative=2**-6, representable_in="bfloat16", parts=parts)
    expected = array([1.0, 1000.001, 3.0])
    assert compare(expected, expected, NAMED, asked).representable is True
    off = array([1.001, 1000.001, 3.0])
    assert compare(expected, off, NAMED, asked).representable is False


def test_a_leaf_of_a_tree_may_have_to_be_exact() -> None:
    exact = Tolerance(relative=0.5, parts={"0": Tolerance(relative=0.0)})
    one, other_first = pair(loss=[1.0]), pair(loss=[1.001])
    assert not compare(one, other_first, PAIR, exact).passed
    assert compare(one, other_first, PAIR, Tolerance(relative=0.5)).passed
    assert compare(one, other_first, PAIR, exact).message == (
        "in [0]: expected 1, got 1.001: it must be exact"
    )


def test_representability_is_asked_of_float32_numbers_only() -> None:
    assert representable(array([1.001]), None) is None
    assert representable(array([1.001], "float64"), "bfloat16") is None
    assert representable(array([math.nan, 1.0]), "bfloat16") is True
    found = of_numbers([1.0], [1.001], Tolerance(relative=2**-6, representable_in="bfloat16"))
    assert (found.passed, found.representable) == (True, False)


def test_numbers_that_look_the_same_in_six_digits_are_shown_in_full() -> None:
    assert number_texts(1.0, 2.5) == ("1", "2.5")
    assert number_texts(1.0, 1.0000001) == ("1.0", "1.0000001")


@pytest.mark.parametrize(
    "dtype",
    ["bool", "int8", "uint64", "float16", "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2"],
)
def test_numbers_reads_every_real_dtype(dtype: str) -> None:
    assert numbers(array([[0, 1]], dtype)).tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    ("expected", "actual", "said"),
    [
        (math.inf, math.inf, ""),
        (math.nan, math.nan, ""),
        (math.inf, 1e38, "expected inf, got 1e+38: the same was expected"),
        (math.inf, -math.inf, "expected inf, got -inf: the same was expected"),
        (math.inf, math.nan, "expected inf, got nan: the same was expected"),
        (1.0, math.inf, "expected 1, got inf: a finite number was expected"),
    ],
)
def test_what_is_not_finite_has_to_be_the_same(expected: float, actual: float, said: str) -> None:
    found = of_numbers([expected], [actual])
    assert (found.passed, found.message) == (said == "", said)
