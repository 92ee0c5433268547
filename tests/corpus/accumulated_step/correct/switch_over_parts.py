# expect: accepted
"""Right: lax.switch chooses which part's gradient the scan adds next."""
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(m)

    def loss(masters, x, y):
        model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters))
        return jnp.square(model(jnp.astype(x, jnp.bfloat16)) - jnp.astype(y, jnp.bfloat16)).mean()

    def branch(xb, yb):
        return lambda: jax.grad(loss)(masters, xb, yb)

    n = x.shape[0] // micro_batches
    branches = [branch(x[k:k + n], y[k:k + n]) for k in range(0, x.shape[0], n)]

    def body(total, i):
        return jax.tree.map(jnp.add, total, jax.lax.switch(i, branches)), ()

    total, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, masters), jnp.arange(len(branches)))
    masters = jax.tree.map(lambda p, t: p - lr * (t / len(branches)), masters, total)
    return jnp.ravel(loss(masters, x, y)).astype(jnp.float32)
