"""Where a wrong loss was chosen, if a right one came with it."""

from traced import diagnosed

PROGRAM = """
import jax
import jax.numpy as jnp
from flax import nnx

BF = jnp.bfloat16


def objective(p, x, y, scale):
    k, b = (v.astype(BF) for v in p)
    loss = jnp.mean((x.astype(BF) @ k + b - y.astype(BF)) ** 2).astype(jnp.float32)
    return loss * scale, loss


def train(p, x, y, lr, scale):
    (scaled, loss), g = jax.value_and_grad(objective, has_aux=True)(p, x, y, scale)
    return [a - lr * (b / scale) for a, b in zip(p, g)], loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p, loss = train([model.kernel[...], model.bias[...]], x, y, lr, loss_scale)
    LAST
    return loss.reshape(1)
"""


def found(last: str) -> list[tuple[str, str]]:
    source = PROGRAM.replace("LAST", last)
    lines = source.splitlines()
    return [(one.pitfall, lines[(one.line or 0) - 1].strip()) for one in diagnosed(source)]


def test_an_old_loss_that_a_helper_returns_beside_the_parameters():
    line = "return [a - lr * (b / scale) for a, b in zip(p, g)], loss"
    assert found("pass") == [("stale-loss", line)]


def test_a_scaled_loss_that_is_taken_with_new_parameters():
    evaluate = "jax.value_and_grad(objective, has_aux=True)(p, x, y, loss_scale)"
    line = f"(loss, _), _ = {evaluate}"
    assert found(line) == [("scaled-loss-returned", line)]
    assert found(f"(_, loss), _ = {evaluate}") == []
