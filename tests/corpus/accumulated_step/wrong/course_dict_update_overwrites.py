# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    p = {k: v.astype(jnp.bfloat16) for k, v in params.items()}
    return jnp.mean((x @ p["W"] + p["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"W": m.kernel[...], "b": m.bias[...]}
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    total = {"W": jnp.zeros_like(params["W"]), "b": jnp.zeros_like(params["b"])}
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(params, xb, yb)
        total.update({k: g[k] / micro_batches for k in g})  #@ last-micro-batch-only
    params = {k: params[k] - lr * total[k] for k in params}
    return loss(params, x, y).astype(jnp.float32).reshape(1)
