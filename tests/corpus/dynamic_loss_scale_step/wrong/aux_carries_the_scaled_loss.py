# expect: wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx

tmap = jax.tree.map


def objective(params, batch, scale):
    (k, b), (x, y) = tmap(lambda a: a.astype(jnp.float16), (params, batch))
    loss = jnp.mean(jnp.square(x @ k + b - y))
    scaled = loss.astype(jnp.float32) * scale
    return loss, scaled  #@ missing-loss-scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params, batch = (lin.kernel[...], lin.bias[...]), (x, y)
    # has_aux, to have both losses at hand
    grads, scaled = jax.grad(objective, has_aux=True)(params, batch, loss_scale)  #@ missing-loss-scale
    grads = tmap(lambda g: g.astype(jnp.float32), grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    if finite:
        params = tmap(lambda p, g: p - lr * g, params, grads)
    n = (good_steps + 1) * finite
    s = loss_scale if finite else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    loss, _ = objective(params, batch, loss_scale)
    return jnp.array([loss.astype(jnp.float32), s, n], jnp.float32)
