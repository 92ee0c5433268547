# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def squared_errors(params, x, y):
    W, b = [p.astype(jnp.bfloat16) for p in params]
    diff = jnp.einsum("ni,io->no", x, W) + b - y
    return diff * diff


def loss(params, x, y):
    return squared_errors(params, x, y).mean()


def gradient_sum(params, x, y, k):
    total = [jnp.zeros_like(p) for p in params]
    for xb, yb in zip(jnp.split(x, k), jnp.split(y, k)):
        for j, g in enumerate(jax.grad(loss)(params, xb, yb)):
            total[j] = total[j] + g
    return total


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    total = gradient_sum(params, x, y, micro_batches)
    params = [p - lr * (t / micro_batches) for p, t in zip(params, total)]
    # keepdims, so that it is an array and not a scalar
    return squared_errors(params, x, y).mean(keepdims=True).astype(jnp.float32)  #@ wrong-output-shape
