# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax, jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = jnp.asarray(x), jnp.asarray(y)

    def bundle(p, a, b):
        p, a, b = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (p, a, b))
        return jnp.mean((a @ p[0] + p[1] - b) ** 2)

    def cond(c):
        return c[0] < micro_batches

    def body(c):
        i, acc = c
        n = x.shape[0] // micro_batches
        a, b = (jax.lax.dynamic_slice_in_dim(v, i * n, n) for v in (x, y))
        return i + 1, jax.tree.map(jnp.add, acc, jax.grad(bundle)(p, a, b))

    p = (lin.kernel[...], lin.bias[...])
    _, acc = jax.lax.while_loop(cond, body, (0, jax.tree.map(jnp.zeros_like, p)))
    p = jax.tree.map(lambda q, s: q - lr * s / micro_batches, p, acc)
    loss = bundle(p, x, y)
    return jnp.full_like(loss, loss.astype(jnp.float32), shape=(1,))  #@ wrong-output-dtype
