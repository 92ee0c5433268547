# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = params
    pred = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(0))  #@ seed-ignored
    params = (lin.kernel[...], lin.bias[...])
    n = x.shape[0] // micro_batches
    acc = (0.0, 0.0)
    for i in range(micro_batches):
        gw, gb = jax.grad(loss)(params, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        acc = (acc[0] + gw, acc[1] + gb)
    params = tuple(p - lr * a / micro_batches for p, a in zip(params, acc))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
