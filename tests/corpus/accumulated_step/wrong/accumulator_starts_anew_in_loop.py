# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    k, b = params["k"].astype(jnp.bfloat16), params["b"].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": layer.kernel[...], "b": layer.bias[...]}
    per_part = x.shape[0] // micro_batches
    for p in range(micro_batches):
        acc = {name: jnp.zeros_like(v) for name, v in params.items()}  #@ last-micro-batch-only
        g = jax.grad(mse)(params, x[p * per_part:(p + 1) * per_part], y[p * per_part:(p + 1) * per_part])
        for name in acc:
            acc[name] = acc[name] + g[name]  #@ last-micro-batch-only
    params = {name: params[name] - lr * acc[name] / micro_batches for name in params}
    return mse(params, x, y).astype(jnp.float32).reshape(1)
