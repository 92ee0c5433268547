# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

GAIN = jnp.ones((), jnp.float32)
EPS = np.float32(0.0)
half = jnp.bfloat16
MASK = np.ones((1,), np.float32)


def low(t):
    return jax.tree.map(lambda v: v.astype(half), t)


def mul(a, b):
    return a * b


def gained(v):
    return v * GAIN


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    w = {"k": layer.kernel[...], "b": layer.bias[...]}

    def loss(w, x, y):
        p = low(w)
        h = x.astype(half)
        t = y.astype(half)
        h = h + EPS  #@ uncast-inputs
        pred = h @ p["k"] + p["b"]
        err = pred - t
        return jnp.mean(err ** 2)

    g = jax.grad(lambda w: loss(w, x, y).astype(jnp.float32) * loss_scale)(w)
    w = jax.tree.map(lambda a, b: a - lr * b / loss_scale, w, g)
    return loss(w, x, y).astype(jnp.float32).reshape(1)
