# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.flatten_util import ravel_pytree

# everything on one flat vector theta, like in the old scipy.optimize days


def mixed_precision_step(seed, x, y, lr, loss_scale):
    din, dout = x.shape[-1], y.shape[-1]
    graphdef, params, rest = nnx.split(nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed))), nnx.Param, ...)
    theta, unravel = ravel_pytree(params)

    def loss_at(theta_):
        half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), unravel(theta_))
        net = nnx.merge(graphdef, half, rest)
        e = net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return jnp.mean(e * e)

    g = jax.grad(lambda t: loss_scale * loss_at(t).astype(jnp.float32))(theta)
    g = g / loss_scale
    tx = optax.sgd(lr)
    step, _ = tx.update(g, tx.init(theta), theta)
    theta = optax.apply_updates(theta, step)
    return jnp.array([loss_at(theta)], dtype=jnp.float32)
