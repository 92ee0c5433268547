# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
"""A float16 loss times a Python float is a float16 product; the cast to float32 comes too late."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(x16 @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y16))

    def scaled(p):
        return (loss(p) * loss_scale).astype(jnp.float32)  #@ low-precision-loss-scale

    grads = {k: g / loss_scale for k, g in jax.grad(scaled)(params).items()}
    finite = bool(jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all())
    if finite:
        params = {k: params[k] - lr * grads[k] for k in params}
    scale, count = (loss_scale, good_steps + 1) if finite else (max(loss_scale / 2, 1.0), 0)
    if count == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([loss(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
