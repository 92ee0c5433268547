# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss_fn(w, b, x, y):
    h = jnp.bfloat16
    return jnp.mean(jnp.square(x.astype(h) @ w.astype(h) + b.astype(h) - y.astype(h)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    n = x.shape[0] // micro_batches
    gs = [jax.grad(loss_fn, (0, 1))(w, b, x[i:i + n], y[i:i + n]) for i in range(0, x.shape[0], n)]
    w = w - lr * sum(g[0] for g in gs) / len(gs)
    b = b - lr * sum(g[1] for g in gs) / len(gs)
    loss = loss_fn(w, b, x, y)
    return np.array([float(loss)])  #@ wrong-output-dtype
