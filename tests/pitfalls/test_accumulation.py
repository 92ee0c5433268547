"""A dot of bfloat16 values that adds up in float32 and is rounded back is what hardware does: no finding."""

import pytest
from traced import diagnosed, ids

PROGRAM = """
import functools

import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax

BF, F32 = jnp.bfloat16, jnp.float32


def mse(p, x, y):
    p = {name: value.astype(BF) for name, value in p.items()}
    x, y = x.astype(BF), y.astype(BF)
    pred = DOT
    error = pred - y
    return LOSS


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": model.kernel[...], "b": model.bias[...]}
    grads = jax.grad(lambda p: mse(p, x, y).astype(F32) * loss_scale)(params)
    params = {name: value - lr * (grads[name] / loss_scale) for name, value in params.items()}
    return mse(params, x, y).astype(F32).reshape(1)
"""
MEAN = "jnp.mean(error**2)"
PRODUCT = 'jnp.dot(x, p["k"], preferred_element_type=F32)'


def found(dot: str = f'{PRODUCT}.astype(BF) + p["b"]', loss: str = MEAN) -> list[str]:
    return ids(diagnosed(PROGRAM.replace("DOT", dot).replace("LOSS", loss)))


@pytest.mark.parametrize(
    "product",
    [
        PRODUCT,
        'jnp.matmul(x, p["k"], preferred_element_type=F32)',
        'jnp.einsum("nd,dm->nm", x, p["k"], preferred_element_type=F32)',
        'jnp.tensordot(x, p["k"], 1, preferred_element_type=F32)',
        'lax.dot(x, p["k"], preferred_element_type=F32)',
        'lax.dot_general(x, p["k"], (((1,), (0,)), ((), ())), preferred_element_type=F32)',
        'jax.vmap(lambda row: jnp.dot(row, p["k"], preferred_element_type=F32))(x)',
        'jax.jit(functools.partial(jnp.dot, preferred_element_type=F32))(x, p["k"])',
        'jax.checkpoint(lambda a, b: jnp.dot(a, b, preferred_element_type=F32))(x, p["k"])',
        'jnp.matmul(p["k"].T, x.T, preferred_element_type=F32).T',
    ],
)
@pytest.mark.parametrize(
    "rounded",
    ['{}.astype(BF) + p["b"]', '({} + p["b"]).astype(BF)', 'lax.convert_element_type({}, BF) + p["b"]'],
)
def test_a_prediction_that_is_rounded_back(product: str, rounded: str):
    assert found(dot=rounded.format(product)) == []


@pytest.mark.parametrize(
    "loss",
    [
        "(jnp.vdot(error, error, preferred_element_type=F32) / error.size).astype(BF)",
        "jnp.vdot(error, error, preferred_element_type=F32).astype(BF) / error.size",
        "(jnp.einsum('nm,nm->', error, error, preferred_element_type=F32) * (1 / error.size)).astype(BF)",
        "jnp.mean(jnp.einsum('nm,nm->n', error, error, preferred_element_type=F32).astype(BF)) / y.shape[1]",
    ],
)
def test_a_sum_of_squares_that_is_rounded_back(loss: str):
    assert found(loss=loss) == []


@pytest.mark.parametrize(
    "loss",
    [
        "jnp.mean(jnp.einsum('nm,nm->n', error, error, preferred_element_type=F32)).astype(BF) / y.shape[1]",
        "jnp.mean(jnp.square(error.astype(F32))).astype(BF)",
    ],
)
def test_squares_that_go_on_in_float32_are_still_told(loss: str):
    assert found(loss=loss) == ["full-precision-loss"]


def test_a_sum_that_is_not_rounded_is_still_told():
    loss = "jnp.vdot(error, error, preferred_element_type=F32) / error.size"
    assert found(loss=loss) == ["full-precision-final-loss"]


def test_a_prediction_that_stays_in_float32_is_still_told():
    assert found(dot=f'{PRODUCT} + p["b"]') != []
