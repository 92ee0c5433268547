# expect: wrong_answer
# finding: wrong-output-dtype
# The other mistake (the first part counts twice) has no id.
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from itertools import chain


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    half = lambda *t: [a.astype(jnp.bfloat16) for a in t]

    def loss(p, x, y):
        w, b, x, y = half(*p, x, y)
        return jnp.mean((x @ w + b - y) ** 2)

    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    total = (0.0, 0.0)
    for part in chain(parts[:1], parts):
        total = tuple(t + g for t, g in zip(total, jax.grad(loss)(p, *part)))
    p = tuple(a - lr * t / micro_batches for a, t in zip(p, total))
    return np.full(1, loss(p, x, y), dtype=float)  #@ wrong-output-dtype
