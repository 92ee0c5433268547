# expect: wrong_answer
# finding: last-micro-batch-only
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    rows = x.shape[0] // micro_batches

    def body(i, total):
        xs = jax.lax.dynamic_slice_in_dim(x, i * rows, rows)
        ys = jax.lax.dynamic_slice_in_dim(y, i * rows, rows)
        total = jax.grad(loss)(p, xs, ys)  #@ last-micro-batch-only
        return total

    total = jax.lax.fori_loop(0, micro_batches, body, jax.tree.map(jnp.zeros_like, p))
    p = jax.tree.map(lambda a, g: a - lr * g / micro_batches, p, total)
    return loss(p, x, y).astype("float16").reshape(1)  #@ wrong-output-dtype
