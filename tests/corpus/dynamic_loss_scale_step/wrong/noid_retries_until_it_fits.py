# expect: wrong_answer
# allow: count-not-reset
# allow: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    @jax.jit
    def mse(params):
        k, b, u, v = (a.astype(jnp.float16) for a in (*params, x, y))
        return jnp.mean(jnp.square(u @ k + b - v))

    @jax.jit
    def attempt(params, scale):
        g = jax.grad(lambda p: mse(p).astype(jnp.float32) * scale)(params)
        g = jax.tree.map(lambda a: a / scale, g)
        return g, jnp.array([jnp.isfinite(a).all() for a in g]).all()

    scale, count = loss_scale, good_steps
    grads, ok = attempt(params, scale)
    # don't lose the batch: halve and try again
    while not ok and scale > 1.0:
        scale, count = max(scale / 2, 1.0), 0
        grads, ok = attempt(params, scale)
    if ok:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        if scale == loss_scale:
            count += 1
            if count == growth_interval:
                scale, count = min(scale * 2, 2.0**24), 0
    else:
        count = 0
    return jnp.array([mse(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
