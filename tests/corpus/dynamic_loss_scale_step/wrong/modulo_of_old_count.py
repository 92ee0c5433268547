# expect: wrong_answer
# finding: scale-grown-early|scale-not-grown
# allow: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    P = (lin.kernel[...], lin.bias[...])
    h = lambda a: a.astype(jnp.float16)
    mse = lambda P: jnp.mean((h(x) @ h(P[0]) + h(P[1]) - h(y)) ** 2)
    G = jax.grad(lambda P: mse(P).astype(jnp.float32) * loss_scale)(P)
    G = [g / loss_scale for g in G]
    if all(jnp.isfinite(g).all() for g in G):
        P = [p - lr * g for p, g in zip(P, G)]
        every_nth = good_steps % growth_interval == 0  #@ scale-grown-early
        scale = min(loss_scale * 2, 2.0**24) if every_nth else loss_scale
        count = (good_steps + 1) % growth_interval
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(P).astype(jnp.float32), scale, count], jnp.float32)
