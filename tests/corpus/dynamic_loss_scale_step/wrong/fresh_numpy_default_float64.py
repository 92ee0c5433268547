# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]

    def mse(params):
        k, b, xx, yy = (a.astype(jnp.float16) for a in (*params, x, y))
        return jnp.mean((xx @ k + b - yy) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    if np.isfinite(grads[0]).all() and np.isfinite(grads[1]).all():
        params = [p - lr * g for p, g in zip(params, grads)]
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return np.array([mse(params).item(), scale, count])  #@ wrong-output-dtype
