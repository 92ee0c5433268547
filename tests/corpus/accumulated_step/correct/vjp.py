# expect: accepted
import operator

import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, masters = nnx.split(model, nnx.Param)
    x16 = x.astype("bfloat16")
    y16 = y.astype("bfloat16")

    def loss_of(xb, yb):
        def run(state):
            m = nnx.merge(graph, jax.tree.map(lambda p: p.astype("bfloat16"), state))
            e = m(xb) - yb
            return (e * e).mean()
        return run

    total = 0
    for xb, yb in zip(jnp.array_split(x16, micro_batches), jnp.array_split(y16, micro_batches)):
        value, pullback = jax.vjp(loss_of(xb, yb), masters)
        (g,) = pullback(jnp.ones_like(value))
        total = g if isinstance(total, int) else jax.tree.map(operator.add, total, g)

    stepped = jax.tree.map(lambda p, g: p - lr * g / micro_batches, masters, total)
    return loss_of(x16, y16)(stepped).astype("float32").reshape(1)
