# expect: wrong_answer
# allow: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x @ w + b - y) ** 2)


def mean_gradient(params, x, y, n):
    rows = x.shape[0] // n
    total = [jnp.zeros_like(p) for p in params]
    for i in range(n):
        grads = jax.grad(loss)(params, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        total = [t + g for t, g in zip(total, grads)]
        return [t / n for t in total]


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = mean_gradient(params, x, y, micro_batches)
    params = [p - lr * g for p, g in zip(params, grads)]
    return loss(params, x, y).astype(jnp.float32).reshape(1)
