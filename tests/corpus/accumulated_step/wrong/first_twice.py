# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(params, x, y):
        params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean(jnp.square(nnx.merge(gd, params)(x) - y))

    rows = x.shape[0] // micro_batches
    grad_of = lambda i: jax.grad(loss)(params, jax.lax.dynamic_slice_in_dim(x, i * rows, rows),
                                       jax.lax.dynamic_slice_in_dim(y, i * rows, rows))
    total = jax.lax.fori_loop(0, micro_batches, lambda i, t: jax.tree.map(jnp.add, t, grad_of(i)), grad_of(0))
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
