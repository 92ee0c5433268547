# expect: pitfall|wrong_answer
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from flax import nnx


def send(g):
    return np.asarray(g).astype(ml_dtypes.bfloat16).tobytes(), g.shape


def receive(message):
    raw, shape = message
    return jnp.asarray(np.frombuffer(raw, ml_dtypes.bfloat16).reshape(shape).astype(np.float32))


def mse(p, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p)
    g = [receive(send(d / loss_scale)) for d in g]
    p = [a - lr * d for a, d in zip(p, g)]
    return mse(p, x, y).astype(jnp.float32).reshape(1)
