# expect: pitfall|wrong_answer
# finding: uncast-targets
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def mse(p):
        w, b, a = map(jnp.bfloat16, (*p, x))
        return jnp.mean(jax.lax.square(a @ w + b - y)).astype(jnp.bfloat16)  #@ uncast-targets

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    map(lambda g: g / loss_scale, grads)  #@ unscaled-grads
    params = [p - lr * g for p, g in zip(params, grads)]  #@ unscaled-grads
    return mse(params).astype(jnp.float32)[None]
