# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def loss(half, x, y):
    return jnp.mean((x @ half["w"] + half["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    params = {k: v.astype(jnp.bfloat16) for k, v in masters.items()}  #@ master-downcast
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    sums = {k: jnp.zeros(v.shape, jnp.float32) for k, v in masters.items()}
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(params, xb, yb)
        for k in sums:
            sums[k] = sums[k] + g[k].astype(jnp.float32)

    new = {k: params[k].astype(jnp.float32) - lr * sums[k] / micro_batches for k in params}  #@ master-downcast
    half = {k: v.astype(jnp.bfloat16) for k, v in new.items()}
    return loss(half, x, y).astype(jnp.float32).reshape(1)
