# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss_fn(params, x, y):
    kernel, bias = [jnp.asarray(p).astype(jnp.bfloat16) for p in params]
    pred = jnp.matmul(x, kernel) + bias
    return jnp.mean(jnp.square(pred - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [np.asarray(lin.kernel[...]), np.asarray(lin.bias[...])]
    sums = [np.zeros(p.shape, dtype=np.float32) for p in params]

    xb = jnp.asarray(x, dtype=jnp.bfloat16)
    yb = jnp.asarray(y, dtype=jnp.bfloat16)
    edges = np.linspace(0, x.shape[0], micro_batches + 1).round().astype(int)
    for lo, hi in zip(edges[:-1], edges[1:]):
        grads = jax.grad(loss_fn)([jnp.asarray(p) for p in params], xb[lo:hi], yb[lo:hi])
        for s, g in zip(sums, grads):
            s += np.asarray(g, dtype=np.float32)

    lr32 = np.float32(lr)
    new = [p - lr32 * (s / np.float32(micro_batches)) for p, s in zip(params, sums)]
    return np.array([loss_fn(new, xb, yb)], dtype=np.float32)
