# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}

    def loss(p):
        w, b, u, v = (a.astype(jnp.float16) for a in (p["w"], p["b"], x, y))
        return jnp.mean((u @ w + b - v) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    finite = jnp.all(jnp.array([jnp.isfinite(a).all() for a in g.values()]))
    # gradient descent
    p = jax.tree.map(lambda a, d: jnp.where(finite, a - d / loss_scale, a), p, g)  #@ lr-ignored
    full = good_steps + 1 == growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if full else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if full else good_steps + 1, 0)
    return jnp.array([loss(p), scale, count], dtype=jnp.float32)
