# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def reverse_grad(f, p):
    out, jvp = jax.linearize(f, p)
    (g,) = jax.linear_transpose(jvp, p)(jnp.ones_like(out))
    return g


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    half = jnp.bfloat16

    def loss_on(xs, ys):
        xs, ys = xs.astype(half), ys.astype(half)
        return lambda p: jnp.mean((xs @ p["w"].astype(half) + p["b"].astype(half) - ys) ** 2)

    gs = [reverse_grad(loss_on(a, b), p) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    q = {n: p[n] - lr * (sum(g[n] for g in gs) / micro_batches) for n in p}
    return loss_on(x, y)(q)[None].astype(jnp.float32)
