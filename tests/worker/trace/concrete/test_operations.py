"""Operations with NumPy give what JAX gives, but for the last bits of a sum."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from judge.worker.trace.concrete import value_sizes
from judge.worker.trace.concrete.operations import ELEMENTWISE, STRUCTURAL, as_jax
from judge.worker.trace.concrete.value_sizes import Values
from judge.worker.trace.jax_private import Place
from judge.worker.trace.program import Program

RANDOM = np.random.default_rng(5)
ROWS = jnp.asarray(RANDOM.normal(size=(3, 4)), jnp.float32)
HALF = ROWS.astype(jnp.bfloat16)
UNITS = jnp.linspace(-0.9, 0.9, 12).reshape(3, 4)
WHOLE = jnp.arange(12, dtype=jnp.int32).reshape(3, 4)
BITS = jnp.arange(12, dtype=jnp.uint32).reshape(3, 4)
KEY = jax.random.key(2)
STACKS = jnp.asarray(RANDOM.normal(size=(2, 3, 4)), jnp.float32)
OTHERS = jnp.asarray(RANDOM.normal(size=(5, 4, 2)), jnp.float32)

ONE_OF: dict[str, Callable[..., Any]] = {
    "abs": lambda: lax.abs(HALF),
    "ceil": lambda: lax.ceil(ROWS),
    "clamp": lambda: lax.clamp(-0.5, ROWS, 0.5),
    "cos": lambda: lax.cos(ROWS),
    "div": lambda: lax.div(HALF, HALF + 2),
    "eq": lambda: lax.eq(WHOLE, WHOLE // 2),
    "erf": lambda: lax.erf(ROWS),
    "erf_inv": lambda: lax.erf_inv(UNITS),
    "exp": lambda: lax.exp(HALF),
    "exp2": lambda: lax.exp2(ROWS),
    "expm1": lambda: lax.expm1(ROWS),
    "floor": lambda: lax.floor(ROWS),
    "ge": lambda: lax.ge(ROWS, -ROWS),
    "gt": lambda: lax.gt(ROWS, -ROWS),
    "is_finite": lambda: lax.is_finite(lax.log(ROWS)),
    "le": lambda: lax.le(ROWS, -ROWS),
    "log": lambda: lax.log(lax.abs(ROWS)),
    "log1p": lambda: lax.log1p(lax.abs(ROWS)),
    "logistic": lambda: lax.logistic(HALF),
    "lt": lambda: lax.lt(ROWS, -ROWS),
    "max": lambda: lax.max(HALF, -HALF),
    "min": lambda: lax.min(ROWS, -ROWS),
    "mul": lambda: lax.mul(HALF, HALF),
    "ne": lambda: lax.ne(WHOLE, WHOLE // 2),
    "neg": lambda: lax.neg(HALF),
    "nextafter": lambda: lax.nextafter(ROWS, -ROWS),
    "not": lambda: lax.bitwise_not(WHOLE),
    "or": lambda: lax.bitwise_or(BITS, BITS + 1),
    "and": lambda: lax.bitwise_and(WHOLE > 3, WHOLE < 7),
    "xor": lambda: lax.bitwise_xor(BITS, BITS + 1),
    "pow": lambda: lax.pow(lax.abs(HALF), HALF),
    "rem": lambda: lax.rem(WHOLE - 6, jnp.full_like(WHOLE, 4)),
    "rsqrt": lambda: lax.rsqrt(lax.abs(HALF)),
    "select_n": lambda: lax.select(ROWS > 0, HALF, -HALF),
    "sign": lambda: lax.sign(HALF),
    "sin": lambda: lax.sin(ROWS),
    "sqrt": lambda: lax.sqrt(lax.abs(HALF)),
    "square": lambda: lax.square(HALF),
    "sub": lambda: lax.sub(HALF, HALF * 3),
    "tanh": lambda: lax.tanh(HALF),
    "add": lambda: lax.add(ROWS, ROWS),
    "bitcast_convert_type": lambda: lax.bitcast_convert_type(ROWS, jnp.uint32),
    "broadcast_in_dim": lambda: lax.broadcast_in_dim(HALF, (3, 2, 4), (0, 2)),
    "concatenate": lambda: lax.concatenate([HALF, -HALF, HALF], 1),
    "convert_element_type": lambda: lax.convert_element_type(ROWS, jnp.float16),
    "integer_pow": lambda: lax.integer_pow(HALF, 3),
    "iota": lambda: lax.broadcasted_iota(jnp.int32, (3, 4), 1),
    "random_bits": lambda: jax.random.bits(KEY, (3, 4)),
    "reduce_and": lambda: lax.reduce_and(WHOLE > 3, (1,)),
    "reduce_max": lambda: lax.reduce_max(HALF, (0,)),
    "reduce_min": lambda: lax.reduce_min(HALF, (0, 1)),
    "reduce_or": lambda: lax.reduce_or(WHOLE > 3, (1,)),
    "reduce_sum": lambda: lax.reduce_sum(HALF, (1,)),
    "reshape": lambda: lax.reshape(ROWS, (2, 6)),
    "rev": lambda: lax.rev(ROWS, (1,)),
    "shift_left": lambda: lax.shift_left(BITS, BITS),
    "shift_right_logical": lambda: lax.shift_right_logical(BITS, BITS // 4),
    "slice": lambda: lax.slice(ROWS, (0, 1), (3, 4), (2, 1)),
    "squeeze": lambda: lax.squeeze(ROWS[None], (0,)),
    "transpose": lambda: lax.transpose(ROWS, (1, 0)),
    "dot_general": lambda: lax.dot_general(
        HALF, HALF, (((1,), (1,)), ((), ())), preferred_element_type="float32"
    ),
}


KEYS = {
    "random_fold_in": lambda: jax.random.fold_in(KEY, 3),
    "random_seed": lambda: jax.random.key(5),
    "random_split": lambda: jax.random.split(KEY, 3),
}
NAMED_OTHERWISE = {
    "add_any",
    "copy",
    "copy_p",
    "random_unwrap",
    "stop_gradient",
}  # below, or what others become


@pytest.fixture
def with_numpy(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of operations that NumPy has evaluated."""
    found: list[str] = []
    real = value_sizes._with_numpy

    def spy(primitive: Any, *given: Any) -> Any:
        made = real(primitive, *given)
        if made is not None:
            found.append(primitive.name)
        return made

    monkeypatch.setattr(value_sizes, "_with_numpy", spy)
    return found


def evaluated(function: Callable[..., Any], *arguments: Any) -> Any:
    """What values of a traced function's results are known."""
    values = Values()
    program = Program("/submission.py", values)
    closed = jax.make_jaxpr(function)(*arguments)
    operands = [program.variable(variable.aval) for variable in closed.jaxpr.invars]
    values.set(operands, [np.asarray(argument) for argument in arguments])
    [result] = program.inline(closed.jaxpr, closed.consts, operands, Place((), (), ""))
    return values.known[result]


@pytest.mark.parametrize("name", ONE_OF)
def test_it_is_what_jax_gives(name: str, with_numpy: list[str]):
    made, due = evaluated(ONE_OF[name]), np.asarray(ONE_OF[name]())
    assert name in with_numpy
    assert (made.dtype, made.shape) == (due.dtype, due.shape)
    exact = due.dtype.kind in "iub"
    ulp = 0.0 if exact else float(jnp.finfo(due.dtype).eps)
    wide = (one if exact else one.astype(np.float64) for one in (made, due))
    np.testing.assert_allclose(*wide, rtol=4 * ulp, atol=4 * ulp)


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_the_same(name: str, with_numpy: list[str]):
    made = evaluated(KEYS[name])
    assert name in with_numpy
    assert jax.random.key_data(as_jax(made)).tolist() == jax.random.key_data(KEYS[name]()).tolist()


def test_all_that_is_known_is_tried():
    assert {*ONE_OF, *KEYS} | NAMED_OTHERWISE == {*ELEMENTWISE, *STRUCTURAL}


@pytest.mark.parametrize(
    "sides",
    [(((2,), (1,)), ((0,), (0,))), (((1, 2), (1, 2)), ((), ())), (((), ()), ((0,), (0,)))],
    ids=["batched", "two contracted", "none contracted"],
)
def test_products_of_stacks(sides: Any):
    def product() -> Any:
        return lax.dot_general(STACKS, STACKS if sides[0] == ((1, 2), (1, 2)) else OTHERS[:2], sides)

    np.testing.assert_allclose(evaluated(product), product(), rtol=1e-5)


def test_what_numpy_does_not_know_is_left_to_jax(with_numpy: list[str]):
    made = evaluated(lambda rows: lax.cumsum(rows, 1) * 2.0, ROWS)
    assert with_numpy == ["mul"]
    np.testing.assert_allclose(made, jnp.cumsum(ROWS, 1) * 2, rtol=1e-6)


def test_what_neither_can_evaluate_stays_unknown():
    values = Values()
    program = Program("/submission.py", values)
    closed = jax.make_jaxpr(lambda rows: jnp.sin(rows) + 1)(ROWS)
    operands = [program.variable(variable.aval) for variable in closed.jaxpr.invars]
    program.inline(closed.jaxpr, closed.consts, operands, Place((), (), ""))
    assert {operand for operand in values.known if operand >= 0} == set()


def test_what_is_called_back_is_not_called_once_more():
    said: list[float] = []

    def told(rows: Any) -> Any:
        jax.debug.callback(lambda value: said.append(float(value)), rows[0, 0])
        return rows + 1

    assert np.array_equal(evaluated(told, ROWS), ROWS + 1)
    assert said == []


def test_what_comes_after_too_many_products_stays_unknown(monkeypatch: pytest.MonkeyPatch):
    rows, columns = ROWS.shape
    monkeypatch.setattr(value_sizes, "MOST_PRODUCTS", rows * rows * columns)
    assert evaluated(lambda rows: rows @ rows.T, ROWS).shape == (rows, rows)
    with pytest.raises(KeyError):
        evaluated(lambda rows: rows @ rows.T @ rows, ROWS)


def test_what_comes_after_too_much_for_jax_stays_unknown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(value_sizes, "MOST_WITH_JAX", 1)
    made = evaluated(lambda rows: lax.cumsum(rows, 1) + 1, ROWS)
    np.testing.assert_allclose(made, ROWS.cumsum(1) + 1, rtol=1e-6)
    with pytest.raises(KeyError):
        evaluated(lambda rows: lax.cumsum(lax.cumsum(rows, 1), 0), ROWS)


def test_what_is_large_is_only_mentioned(with_numpy: list[str]):
    def dead(rows: Any) -> Any:
        return jnp.ones((1 << 17, 1 << 17)) * rows.sum()  # 64 GiB, were it made

    with pytest.raises(KeyError):
        evaluated(dead, ROWS)
    assert "mul" not in with_numpy


def test_so_is_what_comes_after_too_many_numbers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(value_sizes, "MOST_NUMBERS", 2 * ROWS.size)
    assert np.array_equal(evaluated(lambda rows: (rows + 1) * 2, ROWS), (ROWS + 1) * 2)
    with pytest.raises(KeyError):
        evaluated(lambda rows: (rows + 1) * 2 - 3, ROWS)


def test_a_number_is_in_the_dtype_that_the_program_has_it_in(with_numpy: list[str]):
    made = evaluated(lambda rows: rows.astype(jnp.bfloat16) * 0.1, ROWS)
    assert made.dtype == jnp.bfloat16
    assert np.array_equal(made, ROWS.astype(jnp.bfloat16) * 0.1)
    assert {"convert_element_type", "mul"} <= set(with_numpy)


def test_an_initial_layer_is_drawn_without_jax(with_numpy: list[str]):
    def layer() -> Any:
        return jax.nn.initializers.lecun_normal()(jax.random.fold_in(KEY, 1), (16, 8), jnp.float32)

    made = evaluated(layer)
    np.testing.assert_allclose(made, layer(), rtol=1e-5, atol=1e-7)
    assert {"random_fold_in", "random_bits", "erf_inv"} <= set(with_numpy)
