# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def snap(tree):
    """What a bf16 checkpoint would hold, kept as fp32 arrays."""
    return [lax.reduce_precision(t, exponent_bits=8, mantissa_bits=7) for t in tree]  #@ master-downcast


def mse(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = snap([layer.kernel[...], layer.bias[...]])  #@ master-downcast
    grads = jax.grad(lambda p: mse(p, x, y) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    params = [p - lr * g for p, g in zip(params, grads)]
    return mse(params, x, y).reshape(1)
