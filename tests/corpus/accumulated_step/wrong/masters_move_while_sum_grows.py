# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
# Keeps the starting point and applies the mean there at the end, but "looks ahead" in the meantime.
import jax
import jax.numpy as jnp
from flax import nnx


def mse(theta, x, y):
    t = [a.astype(jnp.bfloat16) for a in theta]
    return jnp.mean((x.astype(jnp.bfloat16) @ t[0] + t[1] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta0 = [lin.kernel[...], lin.bias[...]]
    theta = theta0
    total = [jnp.zeros_like(t) for t in theta0]
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(mse)(theta, xb, yb)  #@ update-per-micro-batch
        total = [s + d for s, d in zip(total, g)]
        theta = [t - lr * d for t, d in zip(theta, g)]  #@ update-per-micro-batch
    theta = [t - lr * s / micro_batches for t, s in zip(theta0, total)]
    return mse(theta, x, y).astype(jnp.float32).reshape(1)
