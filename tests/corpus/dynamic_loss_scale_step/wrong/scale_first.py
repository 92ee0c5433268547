# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(p):
        k, b = p["kernel"].astype(jnp.float16), p["bias"].astype(jnp.float16)
        return jnp.mean((x @ k + b - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: mse(p) * loss_scale)(params)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if finite:
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0

    if finite:
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return jnp.array([mse(params), loss_scale, good_steps], dtype=jnp.float32)
