# expect: pitfall|wrong_answer
# finding: update-discarded
# allow: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def mse(p):
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (*p, x, y))
        return jnp.mean(jnp.square(a @ w + b - t))

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    for p, g in zip(params, grads):
        p.at[...].add(-lr * (g / loss_scale))  #@ update-discarded
    return mse(params).astype(jnp.float32).reshape(1)  #@ stale-loss
