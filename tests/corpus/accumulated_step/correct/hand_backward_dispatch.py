# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

b16 = lambda a: jnp.asarray(a, dtype=jnp.bfloat16)
BACK = {
    "w": lambda xs, d: jnp.einsum("nd,no->do", xs, d),
    "b": lambda xs, d: jnp.sum(d, axis=0),
}


def err(p, xs, ys):
    return xs @ b16(p["w"]) + b16(p["b"]) - ys


def grads(p, xs, ys):
    e = err(p, xs, ys)
    d = 2 * e * b16(1.0 / e.size)
    return {k: rule(xs, d).astype(jnp.float32) for k, rule in BACK.items()}


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(w=m.kernel[...], b=m.bias[...])
    x16, y16 = b16(x), b16(y)
    step = x.shape[0] // micro_batches
    acc = {k: np.zeros(v.shape, np.float32) for k, v in p.items()}
    for start in range(0, x.shape[0], step):
        for k, g in grads(p, x16[start:start + step], y16[start:start + step]).items():
            acc[k] += np.asarray(g)
    p = {k: p[k] - np.float32(lr) * (acc[k] / np.float32(micro_batches)) for k in p}
    return jnp.mean(err(p, x16, y16) ** 2).astype(jnp.float32).reshape(1)
