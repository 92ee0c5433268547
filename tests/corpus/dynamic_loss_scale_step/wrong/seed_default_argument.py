# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def build(d_in, d_out, seed=42):  #@ seed-ignored
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
    return {"kernel": layer.kernel[...], "bias": layer.bias[...]}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = build(x.shape[1], y.shape[1])  #@ seed-ignored
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((x16 @ p["kernel"] + p["bias"] - y16) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        n, s = good_steps + 1, loss_scale
        if n >= growth_interval:
            n, s = 0, min(s * 2, 2.0**24)
    else:
        n, s = 0, max(loss_scale / 2, 1.0)
    return jnp.array([mse(params).astype(jnp.float32), s, n])
