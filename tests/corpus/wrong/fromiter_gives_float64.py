# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
# noline: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mse(p, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def train(p, x, y, lr, scale):
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * scale)(p)
    yield mse([a - lr * (d / scale) for a, d in zip(p, g)], x, y)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    losses = train([lin.kernel[...], lin.bias[...]], x, y, lr, loss_scale)
    return np.fromiter((loss.item() for loss in losses), dtype=float)  #@ wrong-output-dtype
