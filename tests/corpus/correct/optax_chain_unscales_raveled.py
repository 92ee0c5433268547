# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.flatten_util import ravel_pytree


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    gdef, st = nnx.split(m, nnx.Param)
    flat, unravel = ravel_pytree(st)

    tx = optax.chain(
        optax.apply_if_finite(optax.scale(1.0 / loss_scale), max_consecutive_errors=3),
        optax.sgd(lr),
    )

    @jax.jit
    def half_loss(v):
        tree = jax.tree.map(lambda a: a.astype(jnp.bfloat16), unravel(v))
        out = nnx.merge(gdef, tree)(x.astype(jnp.bfloat16))
        return jnp.mean(optax.squared_error(out, y.astype(jnp.bfloat16)))

    g = jax.grad(lambda v: jnp.float32(loss_scale) * half_loss(v))(flat)
    # gradients leave with the factor still in them; the chain takes it out
    step, _ = tx.update(g, tx.init(flat), flat)
    flat = flat + step
    return jnp.atleast_1d(half_loss(flat).astype(flat.dtype))
