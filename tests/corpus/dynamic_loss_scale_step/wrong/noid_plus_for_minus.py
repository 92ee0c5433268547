# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def sgd(params, grads, lr):
    return jax.tree.map(lambda p, g: p + lr * g, params, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def mse(params):
        k, b = (p.astype(jnp.float16) for p in params)
        # target minus prediction
        return jnp.mean((y.astype(jnp.float16) - (x.astype(jnp.float16) @ k + b)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(jnp.isfinite(g).all() for g in grads):
        params = sgd(params, grads, lr)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
