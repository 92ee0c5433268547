# expect: accepted
"""float32 accumulator += bfloat16 gradient: numpy promotion makes that a float32 addition."""
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    half = lambda t: jax.tree.map(lambda a: a.astype('bfloat16'), t)
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    theta = [lin.kernel[...], lin.bias[...]]
    xs, ys = half((x, y))

    def f(t, a, b):
        return (((a @ t[0] + t[1]) - b) ** 2).mean()

    df = jax.grad(f)
    acc = [jnp.zeros_like(t) for t in theta]
    k = xs.shape[0] // micro_batches
    for j in range(micro_batches):
        for slot, g in enumerate(df(half(theta), xs[j*k:j*k+k], ys[j*k:j*k+k])):
            acc[slot] += g
    theta = [t - lr * (a / micro_batches) for t, a in zip(theta, acc)]
    return f(half(theta), xs, ys).astype(jnp.float32)[jnp.newaxis]
