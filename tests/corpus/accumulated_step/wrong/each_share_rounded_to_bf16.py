# expect: pitfall|wrong_answer
# finding: low-precision-grads
# allow: low-precision-accumulator
# The gradient of a part times its weight, kept in bfloat16 like every other quantity of a part; the sum in float32.
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    w, b = p
    return jnp.mean((x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
                     - y.astype(jnp.bfloat16)) ** 2)


def share(p, x, y, weight):
    return [(g * weight).astype(jnp.bfloat16) for g in jax.grad(mse)(p, x, y)]  #@ low-precision-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]
    mean = [jnp.zeros_like(q) for q in p]
    for x_i, y_i in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        mean = [m + s.astype(jnp.float32) for m, s in zip(mean, share(p, x_i, y_i, 1 / micro_batches))]
    p = [q - lr * m for q, m in zip(p, mean)]
    return mse(p, x, y).astype(jnp.float32).reshape(1)
