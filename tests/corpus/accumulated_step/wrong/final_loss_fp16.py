# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
"""Wrong: the gradients are computed in bfloat16, but the returned loss is computed in float16 ('f2')."""
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y, dtype):
    w, b = (p.astype(dtype) for p in params)
    return jnp.mean((x.astype(dtype) @ w + b - y.astype(dtype)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss(params, x, y):
        return mse(params, x, y, dtype="bfloat16")

    total = tuple(jnp.zeros_like(p) for p in params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = tuple(t + g for t, g in zip(total, jax.grad(loss)(params, xb, yb)))
    params = tuple(p - lr * (t / micro_batches) for p, t in zip(params, total))
    final = mse(params, x, y, dtype="f2")  #@ wrong-half-dtype
    return final.astype("f4").reshape(1)
