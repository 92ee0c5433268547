# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def unscale(g, scale):
    g = g.astype(jnp.float32) / scale
    return g.astype(jnp.float16)  # gradients are kept in half precision, that saves memory #@ low-precision-grads


def sgd(p, g, lr):
    return p - lr * g.astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]

    def mse(params):
        k, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = [unscale(g, loss_scale) for g in grads]  #@ low-precision-grads
    if all(jnp.isfinite(g).all() for g in grads):
        params = [sgd(p, g, lr) for p, g in zip(params, grads)]
        count, scale = good_steps + 1, loss_scale
        if count == growth_interval:
            count, scale = 0, min(2 * loss_scale, 2.0**24)
    else:
        count, scale = 0, max(0.5 * loss_scale, 1.0)
    return jnp.array([mse(params).astype(jnp.float32), scale, count])
