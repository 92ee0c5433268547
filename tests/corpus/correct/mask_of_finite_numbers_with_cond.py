# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(t):
        return jnp.mean(lax.square(x @ t["w"].astype(jnp.bfloat16) + t["b"].astype(jnp.bfloat16) - y))

    g = jax.grad(lambda t: loss(t).astype(jnp.float32) * loss_scale)(theta)
    total = sum(jnp.sum(jnp.abs(v)) for v in jax.tree.leaves(g))
    fine = jnp.logical_and(jnp.isfinite(total), total < jnp.finfo(jnp.float32).max)

    def go(t):
        return jax.tree.map(lambda p, d: p - lr * (d / loss_scale), t, g)

    theta = lax.cond(fine, go, lambda t: t, theta)
    return loss(theta).astype(jnp.float32).reshape(1)
