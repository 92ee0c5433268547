# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}

    def loss(p, x, y):
        h = {k: v.astype(jnp.bfloat16) for k, v in p.items()}
        return jnp.mean((x.astype(jnp.bfloat16) @ h["w"] + h["b"] - y.astype(jnp.bfloat16)) ** 2)

    def body(carry, xy):
        g = jax.grad(loss)(p, *xy)
        total = jax.tree.map(lambda c, d: c + d, carry, g)
        return g, total["b"]  #@ last-micro-batch-only

    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])
    total, trail = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, p), (cut(x), cut(y)))
    p = jax.tree.map(lambda a, g: a - lr * g / micro_batches, p, total)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
