# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"W": m.kernel[...], "c": m.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(theta):
        t = jax.tree.map(lambda a: a.astype(jnp.float16), theta)
        return jnp.mean((x16 @ t["W"] + t["c"] - y16) ** 2)

    g = jax.grad(lambda t: loss(t).astype(jnp.float32) * loss_scale)(theta)
    finite = jnp.isfinite(g["W"]).all() & jnp.isfinite(g["c"]).all()

    # unscale and mask in one multiplication
    inv = jnp.where(finite, 1.0 / loss_scale, 0.0)  #@ masked-by-multiplication
    theta = jax.tree.map(lambda t, d: t - lr * (d * inv), theta, g)  #@ masked-by-multiplication

    n = jnp.where(finite, good_steps + 1, 0)
    factor = jnp.where(finite, jnp.where(n >= growth_interval, 2.0, 1.0), 0.5)
    s = jnp.clip(jnp.float32(loss_scale) * factor, 1.0, 2.0**24)
    n = jnp.where(n >= growth_interval, 0, n)
    return jnp.stack([loss(theta).astype(jnp.float32), s, n.astype(jnp.float32)])
