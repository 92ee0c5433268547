# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x @ w + b - y) ** 2)


def kahan(acc, g):
    """One compensated addition in float32. (More than is needed for eight terms.)"""
    s, c = acc
    t = g - c
    u = s + t
    return u, (u - s) - t


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    rows = x.shape[0] // micro_batches

    accs = [(jnp.zeros_like(p), jnp.zeros_like(p)) for p in params]
    for i in range(micro_batches):
        sl = slice(i * rows, (i + 1) * rows)
        grads = jax.grad(loss)(params, x[sl], y[sl])
        accs = [kahan(a, g) for a, g in zip(accs, grads)]

    params = [p - lr * (s / micro_batches) for p, (s, _) in zip(params, accs)]
    return loss(params, x, y).astype(jnp.float32)[None]
