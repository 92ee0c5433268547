# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    p = {name: v.astype(jnp.bfloat16) for name, v in params.items()}
    e = x.astype(jnp.bfloat16) @ p["kernel"] + p["bias"] - y.astype(jnp.bfloat16)
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    acc = {name: jnp.zeros_like(v) for name, v in params.items()}
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        lo, hi = rows * i, rows * (i + 1)
        acc.update(jax.grad(loss)(params, x[lo:hi], y[lo:hi]))  #@ last-micro-batch-only
    params = {name: v - lr * acc[name] / micro_batches for name, v in params.items()}
    return loss(params, x, y).astype("float32").reshape(1)
