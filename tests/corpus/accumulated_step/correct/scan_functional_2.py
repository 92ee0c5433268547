# expect: accepted
"""Right: everything after the initialisation is one jitted function with a lax.scan over stacked parts."""
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx

BF16 = jnp.bfloat16


@partial(jax.jit, static_argnums=(0, 5))
def _step(graphdef, params, x, y, lr, n):
    def forward_loss(params, xb, yb):
        half = jax.tree.map(lambda p: p.astype(BF16), params)
        err = nnx.merge(graphdef, half)(xb.astype(BF16)) - yb.astype(BF16)
        return (err * err).mean()

    def body(carry, part):
        g = jax.grad(forward_loss)(params, *part)
        return jax.tree.map(jnp.add, carry, g), None

    stacked = jax.tree.map(lambda a: a.reshape(n, -1, a.shape[-1]), (x, y))
    total, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), stacked)
    mean = jax.tree.map(lambda t: t / n, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    return forward_loss(optax.apply_updates(params, updates), x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    loss = _step(graphdef, params, x, y, lr, int(micro_batches))
    return loss.astype(jnp.float32)[None]
