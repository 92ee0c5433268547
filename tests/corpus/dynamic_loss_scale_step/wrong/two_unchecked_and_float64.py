# expect: wrong_answer
# finding: unchecked-overflow
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = linear.kernel[...], linear.bias[...]

    def mse(kernel, bias):
        out = jnp.dot(x.astype(jnp.float16), kernel.astype(jnp.float16)) + bias.astype(jnp.float16)
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    dk, db = jax.grad(lambda k, b: mse(k, b).astype(jnp.float32) * loss_scale, (0, 1))(kernel, bias)
    dk, db = dk / loss_scale, db / loss_scale
    kernel = kernel - lr * dk  #@ unchecked-overflow
    bias = bias - lr * db  #@ unchecked-overflow

    stats = np.zeros(3)
    if np.isfinite(dk).all() and np.isfinite(db).all():
        stats[1:] = loss_scale, good_steps + 1
        if good_steps + 1 == growth_interval:
            stats[1:] = min(2 * loss_scale, 2.0**24), 0
    else:
        stats[1] = max(loss_scale / 2, 1.0)
    stats[0] = mse(kernel, bias)
    return stats  #@ wrong-output-dtype
