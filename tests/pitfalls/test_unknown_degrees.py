"""Zeros, infinities and NaNs anywhere in a right program: no claim about factors that nobody can know."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traced import diagnosed

BY_HAND = """
import jax
import jax.numpy as jnp
from flax import nnx


def loss_of(params, x, y):
    kernel = params["kernel"].astype(jnp.bfloat16)
    bias = params["bias"].astype(jnp.bfloat16)
    half = x.astype(jnp.bfloat16)
    pred = half @ kernel + bias
    error = pred - y.astype(jnp.bfloat16)
    square = error * error
    loss = jnp.mean(square)
    return loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}

    def scaled(params):
        single = loss_of(params, x, y).astype(jnp.float32)
        product = single * loss_scale
        return product

    grads = jax.grad(scaled)(params)
    kernel = grads["kernel"] / loss_scale
    bias = grads["bias"] / loss_scale
    kernel = kernel * lr
    bias = bias * lr
    params = {"kernel": params["kernel"] - kernel, "bias": params["bias"] - bias}
    final = loss_of(params, x, y).astype(jnp.float32)
    return final.reshape(1)
"""

WITH_LIBRARIES = """
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(value):
    cast = value.astype(jnp.bfloat16)
    return cast


def loss_of(params, x, y):
    pred = half(x) @ half(params[0]) + half(params[1])
    losses = optax.squared_error(pred, half(y))
    loss = losses.mean()
    return loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [model.kernel[...], model.bias[...]]
    optimizer = optax.sgd(lr)
    state = optimizer.init(params)
    value, back = jax.vjp(lambda params: loss_of(params, x, y).astype(jnp.float32), params)
    cotangent = jnp.asarray(loss_scale, value.dtype)
    grads = back(cotangent)[0]
    inverse = 1 / loss_scale
    grads = [grad * inverse for grad in grads]
    updates, state = optimizer.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    final = loss_of(params, x, y)
    return final.astype(jnp.float32).reshape(1)
"""

NUMBERS = (
    "0.0",
    "0",
    "jnp.inf",
    "-jnp.inf",
    "jnp.nan",
    "({v} * 0)",
    "({v} - {v})",
    "({v} * 0).sum()",
    "(0 / ({v} * 0))",
    "jnp.zeros_like({v})",
    "jnp.full_like({v}, jnp.inf)",
)

OPERATIONS = (
    "{v} + {c}",
    "{c} - {v}",
    "{v} * {c}",
    "{v} / {c}",
    "{c} / {v}",
    "{v} * {c} + {v}",
    "{v} % {c}",
    "jnp.power({c}, {v})",
    "jnp.sqrt({v} * {c})",
    "jnp.exp({v} * {c})",
    "jnp.maximum({v}, {c})",
    "jnp.minimum({v}, {c})",
    "jnp.clip({v}, {c}, {c})",
    "jnp.where({v} > 0, {v}, {c})",
    "jnp.where({v} > {c}, {v}, {v})",
    "jnp.sum({v}) * {c} + {v}",
    "jnp.nextafter({v} * {c}, {v})",
)

VALUES = (
    *("kernel", "bias", "half", "pred", "error", "square", "losses", "loss"),
    *("single", "product", "cotangent", "inverse", "cast", "final", "lr", "loss_scale"),
)


def places(program: str) -> list[tuple[str, int, str]]:
    """Each line that names one array: the program, the line's index, the name."""
    lines = program.splitlines()
    assigned = [
        (index, line.partition(" = ")[0].strip()) for index, line in enumerate(lines) if " = " in line
    ]
    return [(program, index, name) for index, name in assigned if name in VALUES]


def spoiled(program: str, index: int, name: str, operation: str, number: str) -> str:
    """The program with one line more, which spoils the value of this name after the line that made it."""
    lines = program.splitlines()
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    more = f"{indent}{name} = {operation.format(v=name, c=number.format(v=name))}"
    return "\n".join([*lines[: index + 1], more, *lines[index + 1 :]])


def test_the_programs_are_right_before_anything_is_spoiled():
    assert (diagnosed(BY_HAND), diagnosed(WITH_LIBRARIES)) == ((), ())


@pytest.mark.more
@settings(max_examples=50, derandomize=True)
@given(
    st.sampled_from(list(itertools.chain(places(BY_HAND), places(WITH_LIBRARIES)))),
    st.sampled_from(OPERATIONS),
    st.sampled_from(NUMBERS),
)
def test_a_value_that_is_spoiled_supports_no_finding(
    place: tuple[str, int, str], operation: str, number: str
):
    source = spoiled(*place, operation, number)
    assert diagnosed(source) == (), source
