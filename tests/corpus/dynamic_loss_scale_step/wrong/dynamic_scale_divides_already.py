# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
"""DynamicScale.value_and_grad returns unscaled gradients, and the bias's is divided by the scale once more."""
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(w, b):
        e = xh @ w.astype(jnp.float16) + b.astype(jnp.float16) - yh
        return jnp.mean(e * e).astype(jnp.float32)

    ds = DynamicScale(scale=jnp.float32(loss_scale), growth_interval=growth_interval)
    _, finite, _, (gw, gb) = ds.value_and_grad(loss, argnums=(0, 1))(w, b)
    if finite:
        w = w - lr * gw
        b = b - lr * (gb / loss_scale)  #@ doubly-unscaled-grads
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss(w, b), loss_scale, good_steps], dtype=jnp.float32)
