# expect: accepted
"""The parts are an axis, the gradients are vmapped (not the losses!) and averaged in float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(lin, nnx.Param)

    def loss_of(params, xs, ys):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        model = nnx.merge(graphdef, half)
        out = model(xs.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(out - ys.astype(jnp.bfloat16)))

    n = len(x) // micro_batches
    xp = x.reshape((micro_batches, n) + x.shape[1:])
    yp = y.reshape((micro_batches, n) + y.shape[1:])

    per_part = jax.vmap(jax.grad(loss_of), in_axes=(None, 0, 0))(masters, xp, yp)
    mean = jax.tree.map(lambda g: g.mean(axis=0), per_part)

    tx = optax.sgd(lr)
    upd, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, upd)
    return loss_of(masters, x, y).astype(jnp.float32).reshape((1,))
