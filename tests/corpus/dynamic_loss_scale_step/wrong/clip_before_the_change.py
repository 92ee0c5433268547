# expect: wrong_answer
# finding: scale-unbounded
from functools import reduce

import jax
import jax.numpy as jnp
from flax import nnx

LO, HI = 1.0, 2.0**24


@jax.jit
def _step(params, x, y, lr, scale, good, interval):
    scale = jnp.clip(scale, LO, HI)  #@ scale-unbounded
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(p):
        return jnp.mean((x @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y) ** 2)

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * scale)(params)
    g = jax.tree.map(lambda a: a / scale, g)
    ok = reduce(jnp.logical_and, [jnp.isfinite(a).all() for a in jax.tree.leaves(g)])
    params = jax.tree.map(lambda p, d: jnp.where(ok, p - lr * d, p), params, g)
    hit = good + 1 == interval
    factor = jnp.where(ok, jnp.where(hit, 2.0, 1.0), 0.5)
    return mse(params), scale * factor, jnp.where(ok & ~hit, good + 1, 0)  #@ scale-unbounded


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    out = _step(
        {"w": lin.kernel[...], "b": lin.bias[...]}, x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval
    )
    return jnp.stack([jnp.asarray(o, jnp.float32) for o in out])
