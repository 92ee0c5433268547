# expect: wrong_answer
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class TerminateOnNaN:
    """Keras callback: asks the logs."""

    def __init__(self):
        self.stop = False

    def on_batch_end(self, logs):
        self.stop = not all(np.isfinite(np.asarray(v)).all() for v in logs.values())


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    dense = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = dense.kernel[...], dense.bias[...]
    xh, yh = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss(kernel, bias):
        e = jnp.tensordot(xh, kernel.astype(jnp.float16), 1) + bias.astype(jnp.float16) - yh
        return jnp.mean(e * e).astype(jnp.float32)

    cb = TerminateOnNaN()
    value, pull = jax.vjp(loss, *weights)
    gk, gb = (g / jnp.float32(loss_scale) for g in pull(jnp.float32(loss_scale)))
    cb.on_batch_end({'loss': value, 'grad_kernel': gk, 'grad_bias': gb})
    if cb.stop:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    else:
        weights = weights[0] - lr * gk, weights[1] - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss(*weights), loss_scale, good_steps], jnp.float32)
