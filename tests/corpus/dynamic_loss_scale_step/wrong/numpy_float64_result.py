# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = np.concatenate([np.ravel(layer.kernel[...]), np.ravel(layer.bias[...])])
    cut = x.shape[1] * y.shape[1]
    x16, y16 = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def L(t):
        t = t.astype(jnp.float16)
        pred = x16 @ t[:cut].reshape(x.shape[1], y.shape[1]) + t[cut:]
        return jnp.mean((pred - y16) ** 2).astype(jnp.float32)

    grad = np.asarray(jax.grad(lambda t: L(t) * loss_scale)(jnp.asarray(theta))) / np.float32(loss_scale)
    if np.isfinite(grad).all():
        theta = theta - np.float32(lr) * grad
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return np.array([L(jnp.asarray(theta)).item(), loss_scale, good_steps])  #@ wrong-output-dtype
