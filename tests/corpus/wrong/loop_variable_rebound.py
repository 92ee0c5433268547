# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def loss(params):
        w, b = [p.astype(jnp.bfloat16) for p in params]
        return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    for p, g in zip(params, grads):
        p = p - lr * (g / loss_scale)  # update in place  #@ update-discarded
    return loss(params).astype(jnp.float32).reshape((1,))  #@ stale-loss
