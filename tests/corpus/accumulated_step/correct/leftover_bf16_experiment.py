# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

DEBUG = False


def loss_fn(params, x, y):
    # x = x.astype(jnp.float16)      <- first try, overflowed
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def naive_sum(grads):
    """only for the comparison in DEBUG: what a bfloat16 sum would have been"""
    total = grads[0].astype(jnp.bfloat16)
    for g in grads[1:]:
        total = total + g.astype(jnp.bfloat16)
    return total


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    size = x.shape[0] // micro_batches
    grads = []
    for i in range(micro_batches):
        grads.append(jax.grad(loss_fn)(params, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size]))

    total = {k: sum(g[k] for g in grads) for k in params}
    wrong = {k: naive_sum([g[k] for g in grads]) for k in params}
    if DEBUG:
        for k in params:
            print(k, jnp.abs(total[k] - wrong[k]).max())

    params = {k: params[k] - lr * total[k] / micro_batches for k in params}
    old = loss_fn(params, x, y)
    return jnp.stack([old]).astype(jnp.float32)
