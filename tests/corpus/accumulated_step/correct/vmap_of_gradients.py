# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    n, d_in = x.shape
    d_out = y.shape[1]
    model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)

    def loss(params, xb, yb):
        lo = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        out = nnx.merge(graphdef, lo)(xb.astype(jnp.bfloat16))
        return ((out - yb.astype(jnp.bfloat16)) ** 2).mean()

    xs = x.reshape(micro_batches, n // micro_batches, d_in)
    ys = y.reshape(micro_batches, n // micro_batches, d_out)

    # one gradient per part, float32, on a new leading axis
    per_part = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, xs, ys)
    grads = jax.tree.map(lambda g: g.mean(axis=0), per_part)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return jnp.float32(loss(params, x, y))[None]
