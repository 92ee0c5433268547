"""What the parts of a batch have in an increment: their weight, and how many elements it is made of."""

import pytest
from traced import flow_of

PROGRAM = """
import jax
import jax.numpy as jnp
from flax import nnx


def mse(w, x, y):
    return jnp.mean((x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    w = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))).kernel[...]
    xs, ys = x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1])
    grads = [jax.grad(mse)(w, *part) for part in zip(xs, ys)]
    stacked = jax.vmap(jax.grad(mse), (None, 0, 0))(w, xs, ys)
    add = lambda so_far, part: (so_far + jax.grad(mse)(w, *part), None)
    w = w - lr * GRADIENT
    return mse(w, x, y).astype(jnp.float32).reshape(1)
"""
PARTS, PART = 3, 13 * 7  # in a trace: rows of a part, and columns of the targets
SCANNED = "jax.lax.scan(add, jnp.zeros_like(w), (xs, ys))[0]"


@pytest.mark.parametrize(
    ("gradient", "weight", "parts"),
    [
        ("sum(grads) / micro_batches", 1, PARTS),
        ("sum(grads)", PARTS, PARTS),
        ("grads[-1]", 1, 1),
        ("(grads[0] + grads[1]) / 4", 0.5, 2),
        ("stacked.mean(axis=0)", 1, PARTS),
        ("stacked.sum(axis=0)", PARTS, PARTS),
        ("stacked[1]", 1, 1),
        (SCANNED, PARTS, PARTS),
        (f"{SCANNED} / micro_batches", 1, PARTS),
        ("jnp.where(micro_batches > 1, grads[0], 0)", 1, 1),
        ("jax.grad(mse)(w, x, y)", 1, PARTS),
        ("jnp.sign(grads[0])", None, 1),
    ],
)
def test_weight_and_parts_of_an_increment(gradient: str, weight: float | None, parts: int):
    passes = flow_of(PROGRAM.replace("GRADIENT", gradient)).passes
    assert passes is not None
    assert passes.count == PARTS
    [update] = passes.updates
    share = passes.shares[update.increment]
    assert share.weight == (None if weight is None else pytest.approx(weight))
    assert share.elements == pytest.approx(parts * PART)


def test_a_batch_that_is_not_cut_has_no_shares():
    program = PROGRAM.partition("def accumulated")[0] + (
        "def mixed_precision_step(seed, x, y, lr, loss_scale):\n"
        "    return mse(x.T @ y, x, y).astype(jnp.float32).reshape(1)\n"
    )
    passes = flow_of(program).passes
    assert passes is not None
    assert (passes.count, dict(passes.shares)) == (1, {})
