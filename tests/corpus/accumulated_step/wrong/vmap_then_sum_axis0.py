# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def mse(params, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(gdef, half)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads_of_parts = jax.vmap(jax.grad(mse), in_axes=(None, 0, 0))
    xs, ys = (a.reshape(micro_batches, -1, a.shape[-1]) for a in (x, y))
    g = jax.tree.map(lambda a: jnp.sum(a, axis=0), grads_of_parts(params, xs, ys))  #@ summed-grads
    tx = optax.sgd(lr)
    u, _ = tx.update(g, tx.init(params))  #@ summed-grads
    params = optax.apply_updates(params, u)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
