# expect: pitfall|wrong_answer
# finding: scale-not-grown|scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.float16
# more than this overflows in float16 anyway
MAX_SCALE = 2.0**15  #@ scale-not-grown


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(k=lin.kernel[...], b=lin.bias[...])

    def loss(p):
        return jnp.mean((x.astype(HALF) @ p["k"].astype(HALF) + p["b"].astype(HALF) - y.astype(HALF)) ** 2)

    def scaled(p):
        return loss(p).astype(jnp.float32) * loss_scale

    g = {n: v / loss_scale for n, v in jax.grad(scaled)(p).items()}
    if all(jnp.all(jnp.isfinite(v)) for v in g.values()):
        for n in p:
            p[n] = p[n] - lr * g[n]
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = max(loss_scale, min(loss_scale * 2, MAX_SCALE))  #@ scale-not-grown
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss(p), loss_scale, good_steps], dtype=jnp.float32)
