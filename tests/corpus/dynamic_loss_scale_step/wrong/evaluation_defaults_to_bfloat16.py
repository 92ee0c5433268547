# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
"""The loss function's dtype defaults to bfloat16; training passes float16, the last evaluation passes nothing."""
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y, dtype=jnp.bfloat16):  #@ wrong-half-dtype
    w, b, x, y = jax.tree.map(lambda a: a.astype(dtype), (*params, x, y))
    return jnp.mean(jnp.square(x @ w + b - y)).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = jax.grad(lambda p: mse(p, x, y, dtype=jnp.float16) * loss_scale)(params)
    grads = tuple(g / loss_scale for g in grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in grads]))
    params = tuple(jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads))
    n = good_steps + 1
    scale = jnp.where(finite, jnp.where(n >= growth_interval, min(loss_scale * 2, 2.0**24), loss_scale), max(loss_scale / 2, 1.0))
    n = jnp.where(finite & (n < growth_interval), n, 0)
    return jnp.array([mse(params, x, y), scale, n], dtype=jnp.float32)  #@ wrong-half-dtype
