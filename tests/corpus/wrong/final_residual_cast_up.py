# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def residual(params, x, y):
    k, b, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (*params, x, y))
    return x @ k + b - y


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def scaled(params):
        return jnp.mean(residual(params, x, y) ** 2).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(params)
    params = tuple(p - lr * g / loss_scale for p, g in zip(params, grads))
    r = residual(params, x, y).astype(jnp.float32)  #@ full-precision-final-loss
    return jnp.mean(r * r).reshape((1,))  #@ full-precision-final-loss
