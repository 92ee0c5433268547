# expect: accepted
from itertools import count
import jax
import jax.numpy as jnp
from flax import nnx


def running_mean(shape_like):
    mean = jax.tree.map(jnp.zeros_like, shape_like)
    for n in count(1):
        g = yield mean
        mean = jax.tree.map(lambda m, h: m + (h - m) / n, mean, g)


def feed(coroutine, values):
    out = next(coroutine)
    for v in values:
        out = coroutine.send(v)
    return out


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"w": lin.kernel[...], "b": lin.bias[...]}

    def f(theta, a, c):
        t, a, c = jax.tree.map(lambda z: jnp.asarray(z).astype("bfloat16"), (theta, a, c))
        e = a @ t["w"] + t["b"] - c
        return jnp.mean(e * e)

    rows = x.shape[0] // micro_batches
    windows = (slice(i * rows, (i + 1) * rows) for i in range(micro_batches))
    mean = feed(running_mean(theta), (jax.grad(f)(theta, x[s], y[s]) for s in windows))
    theta = {k: theta[k] - lr * mean[k] for k in theta}
    return f(theta, x, y).astype("float32")[jnp.newaxis]
