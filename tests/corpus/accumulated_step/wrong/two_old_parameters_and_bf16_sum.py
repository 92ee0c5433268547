# expect: wrong_answer
# finding: low-precision-accumulator
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def half(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": m.kernel[...], "b": m.bias[...]}
    x, y = half((x, y))
    loss = lambda q, x, y: jnp.mean((x @ q["w"] + q["b"] - y) ** 2)
    q = half(params)
    acc = {"w": 0, "b": 0}
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(q, a, b)
        acc = {k: acc[k] + g[k] for k in acc}  #@ low-precision-accumulator
    params = {k: params[k] - lr * acc[k].astype(jnp.float32) / micro_batches for k in params}  #@ update-discarded
    # q is the bfloat16 copy
    return loss(q, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss, update-discarded
