# expect: wrong_answer
# No id: range ends one too early (with one part, nothing is learned at all).
# allow: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    half = lambda a: a.astype(jnp.bfloat16)

    def loss(p, x, y):
        return jnp.mean((half(x) @ half(p["w"]) + half(p["b"]) - half(y)) ** 2)

    rows = x.shape[0] // micro_batches
    acc = jax.tree.map(jnp.zeros_like, p)
    for start in range(0, x.shape[0] - rows, rows):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss)(p, x[start:start + rows], y[start:start + rows]))
    p = jax.tree.map(lambda a, g: a - lr * g / micro_batches, p, acc)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
