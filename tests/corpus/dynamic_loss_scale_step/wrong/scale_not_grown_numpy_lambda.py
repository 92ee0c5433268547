# expect: pitfall|wrong_answer
# finding: scale-not-grown
# noline: scale-not-grown
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = np.array(model.kernel[...]), np.array(model.bias[...])
    x, y = np.asarray(x, np.float16), np.asarray(y, np.float16)

    def loss(kernel, bias):
        return jnp.mean((x @ kernel.astype(jnp.float16) + bias.astype(jnp.float16) - y) ** 2)

    grad = jax.grad(lambda k, b: loss(k, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))
    gk, gb = (np.asarray(g) / np.float32(loss_scale) for g in grad(jnp.array(kernel), jnp.array(bias)))

    new_scale = np.float32(loss_scale)
    if not (np.isfinite(gk).all() and np.isfinite(gb).all()):
        new_scale = np.maximum(new_scale * np.float32(0.5), np.float32(1))
        new_count = 0
    else:
        kernel -= np.float32(lr) * gk
        bias -= np.float32(lr) * gb
        new_count = (good_steps + 1) % growth_interval  #@ scale-not-grown
    out = [loss(jnp.array(kernel), jnp.array(bias)), new_scale, new_count]  #@ scale-not-grown
    return jnp.array(out, dtype=jnp.float32)
