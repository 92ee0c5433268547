# expect: accepted
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    H, F = jnp.float16, jnp.float32
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tree = {"k": lin.kernel[...], "b": lin.bias[...]}
    theta, _ = ravel_pytree(tree)
    _, unravel16 = ravel_pytree(jax.tree.map(lambda a: a.astype(H), tree))

    def loss(v):
        p = unravel16(v.astype(H))
        return jnp.mean(jnp.square(jnp.dot(x.astype(H), p["k"]) + p["b"] - y.astype(H))).astype(F)

    g = jax.grad(lambda v: loss(v) * loss_scale)(theta) / loss_scale
    assert g.dtype == F
    if jnp.isfinite(g).all():
        theta = theta - lr * g
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(2.0 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale * 0.5, 1.0), 0
    return jnp.hstack([loss(theta), F(loss_scale), F(good_steps)])
