# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx

BF16 = jnp.bfloat16


@functools.partial(jax.jit, static_argnames=("graphdef", "micro_batches"))
def _step(graphdef, masters, x, y, lr, micro_batches):
    def loss_of(params, xb, yb):
        net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(BF16), params))
        return jnp.square(net(xb) - yb).mean()

    x, y = x.astype(BF16), y.astype(BF16)
    parts = (
        x.reshape(micro_batches, -1, x.shape[-1]),
        y.reshape(micro_batches, -1, y.shape[-1]),
    )

    def body(acc, part):
        g = jax.grad(loss_of)(masters, *part)
        return jax.tree.map(jnp.add, acc, g), None

    total, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, masters), parts)
    mean = jax.tree.map(lambda t: t / micro_batches, total)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    moved = optax.apply_updates(masters, updates)
    return loss_of(moved, x, y).astype(jnp.float32)[None]


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model)
    return _step(graphdef, masters, jnp.asarray(x), jnp.asarray(y), lr, micro_batches)
