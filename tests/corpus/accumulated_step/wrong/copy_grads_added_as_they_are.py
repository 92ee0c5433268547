# expect: wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def loss(half, x, y):
    e = x @ half["w"] + half["b"] - y
    return jnp.mean(e * e)


def narrow(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = dict(w=m.kernel[...], b=m.bias[...])
    x, y = narrow((x, y))
    half = narrow(masters)
    n = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        g = jax.grad(loss)(half, x[i * n:i * n + n], y[i * n:i * n + n])
        total = g if total is None else jax.tree.map(jnp.add, total, g)  #@ low-precision-accumulator
    total = jax.tree.map(lambda t: t.astype(jnp.float32), total)
    masters = jax.tree.map(lambda p, t: p - lr * t / micro_batches, masters, total)
    return loss(narrow(masters), x, y).astype(jnp.float32)[jnp.newaxis]
