from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from flax import nnx

from judge.worker.values import (
    MAX_DEPTH,
    MAX_ITEMS,
    TEXT_LIMIT,
    TooLarge,
    argument,
    as_numpy,
    describe,
    is_array,
)
from judge.worker.wire import Array

X = Array("float32", (1, 2), np.array([[1.0, 2.0]], np.float32).tobytes())
HALF = Array("bfloat16", (), np.array(1.5, ml_dtypes.bfloat16).tobytes())


class Own(np.ndarray):
    """A class of the learner's, as `view` makes one."""


class Unreadable:
    def __repr__(self) -> str:
        raise SystemExit(3)


class ListOfMine(list[float]):
    pass


def described(value: object, limit: int = 1 << 16) -> tuple[dict[str, Any], list[Array]]:
    arrays: list[Array] = []
    return describe(value, arrays, limit=limit), arrays


def kind(value: object) -> str:
    found, arrays = described(value)
    assert arrays == []
    return str(found["other"]["kind"])


def test_an_argument_is_a_number_an_array_or_a_tree_of_them() -> None:
    assert argument({"number": 3.0}, []) == 3.0
    made = argument(
        {"dict": [["a", {"array": 0}], ["b", {"tuple": [{"array": 1}, {"number": 2}]}]]}, [X, HALF]
    )
    assert isinstance(made, dict)
    assert list(made) == ["a", "b"]
    assert isinstance(made["b"], tuple)
    first, second, number = made["a"], *made["b"]
    assert all(isinstance(one, jax.Array) for one in (first, second))
    assert (first.dtype, first.tolist()) == (jnp.float32, [[1.0, 2.0]])
    assert (second.dtype, second.shape, float(second), number) == (jnp.bfloat16, (), 1.5, 2)


def test_an_abstract_argument_has_shape_and_dtype_alone() -> None:
    made = argument({"tuple": [{"array": 0}, {"number": 1.0}]}, [X], abstract=True)
    assert made == (jax.ShapeDtypeStruct((1, 2), jnp.float32), 1.0)


@pytest.mark.parametrize(
    ("dtype", "shape"), [("float32", [2, 3]), ("bfloat16", []), ("int32", [0]), ("bool", [1])]
)
def test_a_blank_argument_is_zeros_of_its_shape_and_dtype(dtype: str, shape: list[int]) -> None:
    made = argument({"blank": [dtype, shape]}, [])
    assert isinstance(made, jax.Array)
    assert (made.dtype.name, made.shape, bool(made.any())) == (dtype, tuple(shape), False)
    assert argument({"blank": [dtype, shape]}, [], abstract=True) == jax.ShapeDtypeStruct(
        made.shape, made.dtype
    )


def test_a_tree_may_have_blank_leaves() -> None:
    made = argument({"dict": [["a", {"tuple": [{"blank": ["float32", [2]]}, {"number": 3}]}]]}, [])
    assert jax.tree.map(jnp.shape, made) == {"a": ((2,), ())}


def test_a_numpy_argument_can_be_written_to() -> None:
    made = as_numpy(X)
    made += 1
    assert made.tolist() == [[2.0, 3.0]]


@pytest.mark.parametrize(
    "value",
    [
        jnp.array([1.0, 2.0]),
        np.array([1.0, 2.0], np.float32),
        np.array([1.0, 2.0], ">f4"),
        np.array([1.0, 9.0, 2.0, 9.0], np.float32)[::2],
        np.array([1.0, 2.0], np.float32).view(Own),
        np.ma.masked_array(np.array([1.0, 2.0], np.float32), [True, False]),
    ],
)
def test_an_array_is_sent_as_its_bytes(value: object) -> None:
    found, arrays = described(value)
    assert found == {"array": 0}
    assert arrays == [Array("float32", (2,), np.array([1.0, 2.0], "<f4").tobytes())]


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (jnp.float32(1.0), "float32", ()),
        (np.array(1.0), "float64", ()),
        (jnp.ones((1, 1), jnp.bfloat16), "bfloat16", (1, 1)),
        (jnp.zeros((0, 3)), "float32", (0, 3)),
        (np.array([True]), "bool", (1,)),
        (np.ones((1,) * 30, np.int8), "int8", (1,) * 30),
    ],
)
def test_shape_and_dtype_are_sent_as_they_are(value: object, dtype: str, shape: tuple[int, ...]) -> None:
    _, [array] = described(value)
    assert (array.dtype, array.shape) == (dtype, shape)


def test_a_tree_is_sent_with_its_arrays_in_order() -> None:
    found, arrays = described({"b": [jnp.ones(1)], 3: (np.zeros(2), None)})
    assert [array.shape for array in arrays] == [(1,), (2,)]
    none = {"other": {"kind": "none", "type_name": "NoneType", "text": "None"}}
    assert found == {
        "tree": {
            "kind": "dict",
            "items": [
                ["b", {"tree": {"kind": "list", "items": [["0", {"array": 0}]]}}],
                ["3", {"tree": {"kind": "tuple", "items": [["0", {"array": 1}], ["1", none]]}}],
            ],
        }
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "none"),
        (True, "bool"),
        (3, "int"),
        (3.0, "float"),
        ("3.0", "str"),
        (np.float32(3), "scalar"),
        (np.float64(3), "float"),
        ([], "list"),
        ((), "tuple"),
        ({}, "dict"),
        (ListOfMine([1.0]), "list"),
        ([0.0] * (MAX_ITEMS + 1), "list"),
        (nnx.Param(jnp.ones(1)), "variable"),
        (nnx.Linear(1, 1, rngs=nnx.Rngs(0)), "other"),
        (jax.ShapeDtypeStruct((1,), jnp.float32), "other"),
        (jax.random.key(0), "other"),
        (np.array(["a"]), "other"),
        (iter([1.0]), "other"),
        (print, "other"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_no_array_is_described_by_kind_alone(value: object, expected: str) -> None:
    assert kind(value) == expected


def test_an_array_that_cannot_pass_is_told_by_its_dtype() -> None:
    for value, dtype in ((jnp.ones(1, jnp.int4), "int4"), (np.array([None]), "object")):
        assert described(value)[0]["other"]["type_name"] == f"array of dtype {dtype}"
        assert not is_array(value)


def test_a_tracer_is_no_array() -> None:
    kept: list[object] = []
    jax.make_jaxpr(lambda x: kept.append(x) or x)(1.0)
    assert kind(kept[0]) == "tracer"


def test_text_is_short_and_a_repr_that_fails_is_told() -> None:
    assert described("x" * 1000)[0]["other"]["text"] == "'" + "x" * (TEXT_LIMIT - 1)
    assert described(Unreadable())[0]["other"] == {
        "kind": "other",
        "type_name": "Unreadable",
        "text": "(its repr raised SystemExit)",
    }
    long = type("N" * 1000, (), {})()
    assert described(long)[0]["other"]["type_name"] == "N" * TEXT_LIMIT


def test_what_is_nested_too_deep_is_described_by_kind() -> None:
    value: object = [1.0]
    for _ in range(MAX_DEPTH):
        value = [value]
    found, _ = described(value)
    for _ in range(MAX_DEPTH):
        [[_, found]] = found["tree"]["items"]
    assert found["other"]["kind"] == "list"


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    value: list[object] = []
    value.append(value)
    assert "tree" in described(value)[0]


@pytest.mark.parametrize("value", [np.zeros(26, np.float32), [np.zeros(13, np.float32)] * 2])
def test_more_bytes_than_allowed_are_refused_before_they_are_copied(value: object) -> None:
    with pytest.raises(TooLarge) as refused:
        described(value, limit=103)
    assert refused.value.args == (104,)
    assert described(value, limit=104)[1]
