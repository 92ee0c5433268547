# expect: wrong_answer
# finding: clipped-scaled-grads|unchecked-overflow
# allow: unchecked-overflow
# allow: clipped-scaled-grads
# allow: partial-finite-check
# allow: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx

MAX16 = float(jnp.finfo(jnp.float16).max)


def sanitize(g):
    """No infinities in my gradients, please."""
    return jnp.nan_to_num(g, posinf=MAX16, neginf=-MAX16)  #@ clipped-scaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(params):
        k, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x16 @ k + b - y16) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(sanitize, grads)  #@ clipped-scaled-grads
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(jnp.isfinite(g).all() for g in grads):
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
