# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def row_error(k, b, row, target):
    return (row @ k + b).astype(target.dtype) - target  #@ uncast-targets


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    rows = x.astype(jnp.float16)

    def loss(p):
        k, b = (a.astype(jnp.float16) for a in p)
        e = jax.vmap(row_error, (None, None, 0, 0))(k, b, rows, y)  #@ uncast-targets
        return jnp.mean(jnp.square(e.astype(jnp.float16))).astype(jnp.float32)

    p = lin.kernel[...], lin.bias[...]
    g = [v / loss_scale for v in jax.grad(lambda q: loss(q) * loss_scale)(p)]
    ok = all(jnp.isfinite(v).all() for v in g)
    if ok:
        p = [a - lr * v for a, v in zip(p, g)]
    s = (min(2 * loss_scale, 2.0**24) if good_steps + 1 == growth_interval else loss_scale) if ok else max(loss_scale / 2, 1.0)
    n = (good_steps + 1) % growth_interval if ok else 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)
