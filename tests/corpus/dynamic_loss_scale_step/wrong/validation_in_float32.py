# expect: wrong_answer
"""The returned loss is computed wholly in float32, with the masters, x and y as they are."""
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    return jnp.mean(jnp.square(x @ p[0] + p[1] - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def train_loss(p):
        half = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
        return mse(*half).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(train_loss)(params))
    finite = bool(jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all())
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(params, x, y), loss_scale, good_steps], dtype=jnp.float32)
