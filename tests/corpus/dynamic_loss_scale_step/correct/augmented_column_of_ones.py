# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"W": m.kernel[...], "c": m.bias[...][None, :]}
    ones = jnp.ones((x.shape[0], 1), jnp.float16)
    X, Y = x.astype(jnp.float16), y.astype(jnp.float16)

    def half_loss(theta):
        t = jax.tree.map(lambda a: a.astype(jnp.float16), theta)
        R = X @ t["W"] + ones @ t["c"] - Y
        return jnp.mean(R * R)

    grads = jax.grad(lambda t: jnp.multiply(half_loss(t).astype(jnp.float32), loss_scale))(theta)
    everything = np.concatenate([np.asarray(g).ravel() for g in jax.tree.leaves(grads)])
    # a sum of finite float32 numbers this small can't overflow; inf and nan stay
    if np.isfinite(everything.sum(dtype=np.float64)):
        theta = jax.tree.map(lambda t, g: t - lr * g / loss_scale, theta, grads)
        k = good_steps + 1
        scale, k = (np.minimum(loss_scale * 2, 2.0**24), 0) if k == growth_interval else (loss_scale, k)
    else:
        scale, k = np.maximum(loss_scale / 2, 1.0), 0
    return np.array([half_loss(theta), scale, k], dtype=np.float32)
