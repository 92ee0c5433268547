# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def cast_all(*arrays):
    return [a.astype(jnp.bfloat16) for a in arrays]


def loss(params, x, y):
    xb, yb, *pb = cast_all(x, y, *params)
    w, b = pb
    residual = xb @ w + b - y  #@ uncast-targets
    return jnp.mean(residual * residual).astype(jnp.bfloat16).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = jax.grad(lambda p: loss(p, x, y) * loss_scale)(params)
    params = tuple(p - lr * g / loss_scale for p, g in zip(params, grads))
    return loss(params, x, y).reshape((1,))
