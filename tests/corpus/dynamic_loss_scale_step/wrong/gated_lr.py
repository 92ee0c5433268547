# expect: wrong_answer|pitfall
# finding: masked-by-multiplication
import functools

import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.float16


def objective(params, x, y, scale):
    w, b = (p.astype(HALF) for p in params)
    r = jnp.matmul(x.astype(HALF), w) + b - y.astype(HALF)
    loss = jnp.mean(r * r)
    return loss.astype(jnp.float32) * scale, loss


@functools.partial(jax.jit, static_argnums=(6,))
def step(params, x, y, lr, scale, count, interval):
    grads, _ = jax.grad(objective, has_aux=True)(params, x, y, scale)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    ok = functools.reduce(jnp.logical_and, (jnp.isfinite(g).all() for g in grads))
    effective_lr = lr * ok.astype(jnp.float32)  #@ masked-by-multiplication
    params = jax.tree.map(lambda p, g: p - effective_lr * g, params, grads)  #@ masked-by-multiplication
    count = (count + 1) * ok
    full = count == interval
    scale = jnp.where(ok, jnp.where(full, scale * 2, scale), scale / 2)
    scale = jnp.clip(scale, 1.0, 2.0**24)
    count = jnp.where(full, 0, count)
    _, loss = objective(params, x, y, scale)
    return jnp.stack([loss.astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    return step(params, x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
