# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def lower(*ts):
    return tuple(t.astype(jnp.bfloat16) for t in ts)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])

    def loss(p, x, y):
        w, b, x = lower(*p, x)
        (e,) = lower(x @ w + b - y)  #@ uncast-targets
        return jnp.mean(e * e)

    def body(i, s):
        n = x.shape[0] // micro_batches
        part = [jax.lax.dynamic_slice_in_dim(t, i * n, n) for t in (x, y)]
        return jax.tree.map(jnp.add, s, jax.grad(loss)(p, *part))

    s = jax.lax.fori_loop(0, micro_batches, body, jax.tree.map(jnp.zeros_like, p))
    p = jax.tree.map(lambda a, g: a - lr * g / micro_batches, p, s)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
