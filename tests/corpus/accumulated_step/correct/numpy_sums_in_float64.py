# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mse(params, x, y):
    half = {name: value.astype(jnp.bfloat16) for name, value in params.items()}
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    total = {name: np.zeros(value.shape) for name, value in params.items()}
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        for name, grad in jax.grad(mse)(params, *part).items():
            total[name] += np.asarray(grad, dtype=np.float64)
    for name in params:
        params[name] = params[name] - lr * jnp.asarray(total[name] / micro_batches, jnp.float32)
    return np.asarray(mse(params, x, y), dtype=np.float32).reshape(1)
