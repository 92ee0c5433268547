# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scale = loss_scale
    count = good_steps

    def grow():
        nonlocal scale
        scale = min(scale * 2.0, 2.0**24)
        count = 0  #@ count-not-reset

    def back_off():
        nonlocal scale, count
        scale = max(scale / 2.0, 1.0)
        count = 0

    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": lin.kernel[...], "b": lin.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(p):
        return jnp.mean((x16 @ p["k"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y16) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads)):
        params = optax.apply_updates(params, jax.tree.map(lambda g: -lr * g, grads))
        count += 1
        if count == growth_interval:
            grow()
    else:
        back_off()
    return jnp.array([mse(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
