# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(jax.jit, static_argnames=("micro_batches",))
def step(params, x, y, lr, micro_batches):
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_fn(p, xb, yb):
        w = p["w"].astype(jnp.bfloat16)
        b = p["b"].astype(jnp.bfloat16)
        return jnp.mean(jnp.square(xb @ w + b - yb))

    xs = x.reshape(micro_batches, -1, x.shape[-1])
    ys = y.reshape(micro_batches, -1, y.shape[-1])

    def body(total, part):
        g = jax.grad(loss_fn)(params, *part)
        return jax.tree.map(jnp.add, total, g), None

    zero = jax.tree.map(jnp.zeros_like, params)
    total, _ = jax.lax.scan(body, zero, (xs, ys))
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    loss = step(params, jnp.asarray(x), jnp.asarray(y), lr, int(micro_batches))
    return jnp.asarray([loss], dtype=jnp.float32)
