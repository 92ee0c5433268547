# expect: pitfall|wrong_answer
# finding: scale-unbounded
# finding: lr-ignored
"""The clip to both bounds is on the growth branch only, and the bias moves by its gradient without lr."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(x @ p["kernel"].astype(jnp.float16) + p["bias"].astype(jnp.float16) - y))

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = bool(jnp.isfinite(g["kernel"]).all()) and bool(jnp.isfinite(g["bias"]).all())
    if ok:
        params = {
            "kernel": params["kernel"] - lr * g["kernel"],
            "bias": params["bias"] - g["bias"],  #@ lr-ignored
        }
        n = good_steps + 1
        scale = loss_scale
        if n == growth_interval:
            n, scale = 0, min(max(loss_scale * 2, 1.0), 2.0**24)
    else:
        n, scale = 0, loss_scale / 2  #@ scale-unbounded
    return jnp.array([loss(params).astype(jnp.float32), scale, n], dtype=jnp.float32)
