import math

import pytest
from toys import SCALAR, array, other

from judge.evidence import TreeValue, Value
from judge.expected.promise import broken_promise
from judge.problem.model import ArraySpec, Spec, TreeSpec
from judge.problem.tolerance import Tolerance

PAIR = TreeSpec(kind="tuple", items=(("0", SCALAR), ("1", ArraySpec(dtype="int32", shape=("N",)))))


def tree(kind: str, **items: Value) -> TreeValue:
    return TreeValue(kind=kind, items=tuple((key.removeprefix("_"), value) for key, value in items.items()))


def pair(loss: object = (1.0,), counts: object = (1, 2, 3), kind: str = "tuple") -> TreeValue:
    return tree(kind, _0=array(loss), _1=array(counts, "int32"))


@pytest.mark.parametrize(
    ("value", "spec", "fault"),
    [
        (array([1.0]), SCALAR, None),
        (array([[1.0, 2.0]]), ArraySpec(dtype="float32", shape=("N", 2)), None),
        (pair(), PAIR, None),
        (other("none", "NoneType"), SCALAR, "the reference returned a NoneType, not an array"),
        (array(1.0), SCALAR, "the reference returned shape (), the problem promises (1,)"),
        (array([1.0, 2.0]), SCALAR, "the reference returned shape (2,), the problem promises (1,)"),
        (array([1.0], "bfloat16"), SCALAR, "the reference returned bfloat16, the problem promises float32"),
        (array([math.nan]), SCALAR, "the reference returned numbers that aren't finite"),
        (array([math.inf]), SCALAR, "the reference returned numbers that aren't finite"),
        (
            array([1.0]),
            PAIR,
            "the reference returned an array of shape (1,), not the promised tuple",
        ),
        (tree("tuple", _0=array([1.0])), PAIR, "the reference returned a tuple of 1, not the promised tuple"),
        (
            tree("tuple", _0=array([1.0]), _1=array([1.0])),
            PAIR,
            "in [1]: the reference returned float32, the problem promises int32",
        ),
    ],
)
def test_a_reference_that_breaks_its_promise_is_named(value: Value, spec: Spec, fault: str | None) -> None:
    assert broken_promise(value, spec, Tolerance(relative=0.5)) == fault


def test_a_number_may_be_infinite_where_the_problem_says_so() -> None:
    spec = ArraySpec(dtype="float32", shape=(2,), elements=("loss", "scale"))
    state = Tolerance(relative=0.5, non_finite=True, parts={"scale": Tolerance(relative=0.0)})
    assert broken_promise(array([math.inf, 1.0]), spec, state) is None
    fault = "the reference returned numbers that aren't finite"
    assert broken_promise(array([1.0, math.inf]), spec, state) == fault
    assert broken_promise(array([math.inf, 1.0]), spec, Tolerance(relative=0.5)) == fault
