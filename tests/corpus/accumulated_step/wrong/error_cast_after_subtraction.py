# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w = params["w"].astype(jnp.bfloat16)
    b = params["b"].astype(jnp.bfloat16)
    pred = x.astype(jnp.bfloat16) @ w + b
    error = (pred - y).astype(jnp.bfloat16)  #@ uncast-targets
    return jnp.mean(error ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    acc = {"w": jnp.zeros_like(params["w"]), "b": jnp.zeros_like(params["b"])}
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss)(params, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        acc["w"] += g["w"]
        acc["b"] += g["b"]
    params = {k: params[k] - lr * acc[k] / micro_batches for k in params}
    return loss(params, x, y).astype(jnp.float32).reshape(1)
