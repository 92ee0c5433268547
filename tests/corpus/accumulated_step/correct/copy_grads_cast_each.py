# expect: accepted
# One bfloat16 copy for all parts, gradients with respect to the copy: each is widened before it is added.
import jax
import jax.numpy as jnp
from flax import nnx


def loss(half, x, y):
    e = x @ half["w"] + half["b"] - y
    return jnp.mean(e * e)


def widen(tree):
    return jax.tree.map(lambda t: t.astype(jnp.float32), tree)


def narrow(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = dict(w=m.kernel[...], b=m.bias[...])
    x, y = narrow((x, y))
    half = narrow(masters)
    n = x.shape[0] // micro_batches
    total = jax.tree.map(jnp.zeros_like, masters)
    for i in range(micro_batches):
        g16 = jax.grad(loss)(half, x[i * n:i * n + n], y[i * n:i * n + n])
        total = jax.tree.map(jnp.add, total, widen(g16))
    masters = jax.tree.map(lambda p, t: p - lr * t / micro_batches, masters, total)
    return loss(narrow(masters), x, y).astype(jnp.float32)[jnp.newaxis]
