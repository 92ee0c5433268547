"""A square that is written as a product makes the error of a part twice, which are no two parts."""

import pytest
from traced import diagnosed, ids

PROGRAM = """
import jax
import jax.numpy as jnp
from flax import nnx

BF = jnp.bfloat16


def low(tree):
    return jax.tree.map(lambda leaf: leaf.astype(BF), tree)


def predicted(p, x):
    return low(x) @ low(p["k"]) + low(p["b"])


def loss_of(p, x, y):
    pred, target = predicted(p, x), low(y)
    return jnp.mean(SQUARE)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": layer.kernel[...], "b": layer.bias[...]}
    rows = len(x) // micro_batches
    parts = [(x[i : i + rows], y[i : i + rows]) for i in range(0, len(x), rows)]
    grads = [jax.grad(loss_of)(p, *part) for part in parts]
    total = jax.tree.map(lambda *leaves: SUM, *grads)
    p = jax.tree.map(lambda a, g: a - lr * g / micro_batches, p, total)
    return loss_of(p, x, y).astype(jnp.float32).reshape(1)
"""
SQUARES = [
    "(pred - target) * (pred - target)",
    "(pred - low(y)) * (pred - low(y))",
    "(predicted(p, x) - target) * (predicted(p, x) - target)",
    "(pred - target) * -(target - pred)",
]


def found(square: str, total: str) -> list[str]:
    return ids(diagnosed(PROGRAM.replace("SQUARE", square).replace("SUM", total)))


@pytest.mark.parametrize("square", SQUARES)
def test_right_programs_have_no_findings(square: str):
    assert found(square, "sum(leaves)") == []


@pytest.mark.parametrize("square", SQUARES)
@pytest.mark.parametrize(
    ("total", "pitfall"),
    [
        ("sum(low(list(leaves)))", "low-precision-accumulator"),
        ("sum(leaves) * micro_batches", "summed-grads"),
        ("leaves[-1]", "last-micro-batch-only"),
    ],
)
def test_mistakes_with_the_parts_are_told_all_the_same(square: str, total: str, pitfall: str):
    assert found(square, total) == [pitfall]
