# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def step(params, batch, lr, scale, count, interval):
    def mse(params):
        (k, b), (x, y) = jax.tree.map(lambda a: a.astype(jnp.float16), (params, batch))
        return jnp.mean(jnp.square(x @ k + b - y))

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g / scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in grads]).all()
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)

    count = count + finite  # a step with overflow isn't counted  #@ count-not-reset
    grow = count == interval
    scale = jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    return jnp.array([mse(params).astype(jnp.float32), scale, jnp.where(grow, 0, count)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    run = jax.jit(step)
    return run((lin.kernel[...], lin.bias[...]), (x, y), lr, jnp.float32(loss_scale), good_steps, growth_interval)
