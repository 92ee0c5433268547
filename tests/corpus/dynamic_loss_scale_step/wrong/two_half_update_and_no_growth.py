# expect: wrong_answer
# finding: low-precision-update
# finding: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    f16, f32 = jnp.float16, jnp.float32

    def loss(p):
        return jnp.mean((x.astype(f16) @ p["k"].astype(f16) + p["b"].astype(f16) - y.astype(f16)) ** 2).astype(f32)

    g = {k: v / loss_scale for k, v in jax.grad(lambda p: loss(p) * loss_scale)(p).items()}
    ok = all(jnp.isfinite(v).all() for v in g.values())
    if ok:
        p = {k: p[k] - (lr * g[k]).astype(f16) for k in p}  #@ low-precision-update
        n = good_steps + 1
        s = loss_scale  #@ scale-not-grown
        if n == growth_interval:  #@ scale-not-grown
            n = 0  #@ scale-not-grown
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)  #@ scale-not-grown
