# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def quantize(g):
    return lax.reduce_precision(g, exponent_bits=8, mantissa_bits=7)  #@ low-precision-grads


@jax.jit
def step(params, x, y, lr, s):
    def loss(params):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean(jnp.square(x @ k + b - y))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * s)(params)
    grads = [quantize(g / s) for g in grads]  #@ low-precision-grads
    params = [p - lr * g for p, g in zip(params, grads)]
    return loss(params).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    return step(params, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), lr, loss_scale).reshape((1,))
