# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


def make_tx(lr, k):
    return optax.chain(optax.apply_every(k), optax.scale(1 / k), optax.scale(-lr))


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = make_tx(lr, micro_batches)
    s = tx.init(p)
    x = jnp.asarray(x, jnp.bfloat16).reshape((micro_batches, -1) + x.shape[1:])
    y = jnp.asarray(y, jnp.bfloat16).reshape((micro_batches, -1) + y.shape[1:])

    def f(p, a, b):
        m = nnx.merge(gd, optax.tree.cast(p, jnp.bfloat16))
        return jnp.mean(jnp.power(m(a) - b, 2))

    for a, b in zip(x, y):
        u, s = tx.update(jax.grad(f)(p, a, b), s)
        p = optax.apply_updates(p, u)     # + 0 but for the last one
    return f(p, jnp.concatenate(x), jnp.concatenate(y)).astype(jnp.float32).reshape(1)
