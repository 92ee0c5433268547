# expect: wrong_answer
# finding: wrong-output-dtype
# allow: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]

    def loss(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean(jnp.square(u @ k + b - v))

    g = [a / loss_scale for a in jax.grad(lambda q: loss(q).astype(jnp.float32) * loss_scale)(p)]
    ok = all(jnp.isfinite(a).all() for a in g)
    if ok:
        p = [a - lr * d for a, d in zip(p, g)]
    if ok and good_steps + 1 == growth_interval:
        s, n = min(loss_scale * 2, 2.0**24), 0
    elif ok:
        s, n = loss_scale, good_steps + 1
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(p), s, n])  #@ wrong-output-dtype
