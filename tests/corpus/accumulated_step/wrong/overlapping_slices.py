# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    p = {k: v.astype(jnp.bfloat16) for k, v in params.items()}
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def part(a, i, micro_batches):
    rows = a.shape[0] // micro_batches
    return jax.lax.dynamic_slice_in_dim(a, i, rows)      # the i-th part


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    acc = {k: jnp.zeros_like(v) for k, v in params.items()}
    for i in range(micro_batches):
        g = jax.grad(loss)(params, part(x, i, micro_batches), part(y, i, micro_batches))
        acc = {k: acc[k] + g[k] for k in acc}
    params = {k: params[k] - lr * acc[k] / micro_batches for k in params}
    return loss(params, x, y).astype(jnp.float32).reshape(1)
