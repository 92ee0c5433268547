# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(k=lin.kernel[...], b=lin.bias[...])

    def loss(p):
        c = {n: a.astype(jnp.float16) for n, a in p.items()}
        z = jnp.asarray(x).astype(jnp.float16) @ c["k"] + c["b"]
        return jnp.mean((z - jnp.asarray(y).astype(jnp.float16)) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    g = {n: a / loss_scale for n, a in g.items()}
    fine = jnp.all(jnp.array([jnp.isfinite(a).all() for a in g.values()]))
    p = {n: jnp.where(fine, p[n] - lr * g[n], p[n]) for n in p}
    count = jnp.where(fine, good_steps + 1, 0)
    count = jnp.where(count == growth_interval, 0, count)
    scale = jnp.where(fine, loss_scale * 2, loss_scale / 2)  #@ scale-grown-early
    scale = jnp.clip(scale, 1.0, 2.0 ** 24)
    return jnp.array([loss(p), scale, count], dtype=jnp.float32)
