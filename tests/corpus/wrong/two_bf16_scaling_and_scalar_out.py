# expect: wrong_answer
# finding: low-precision-loss-scale
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    s = jnp.bfloat16(loss_scale)  #@ low-precision-loss-scale

    def loss(params):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: s * loss(p))(params)  #@ low-precision-loss-scale
    params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    return loss(params).astype(jnp.float32)  #@ wrong-output-shape
