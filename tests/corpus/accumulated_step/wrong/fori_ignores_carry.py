# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def _mse(p, x, y):
    k, b = jax.tree.map(lambda t: t.astype(jnp.bfloat16), p)
    return jnp.mean(jnp.square(lax.dot(x, k) + b - y))


def step(p, x, y, lr, n):
    m = x.shape[0] // n

    def body(i, acc):
        xb = lax.dynamic_slice_in_dim(x, m * i, m)
        yb = lax.dynamic_slice_in_dim(y, m * i, m)
        g = jax.grad(_mse)(p, xb, yb)
        return jax.tree.map(lambda t: t / n, g)  #@ last-micro-batch-only

    mean = lax.fori_loop(0, n, body, jax.tree.map(jnp.zeros_like, p))
    return jax.tree.map(lambda a, g: a - lr * g, p, mean)


step = jax.jit(step, static_argnums=4)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    new = step((lin.kernel[...], lin.bias[...]), x, y, lr, micro_batches)
    return _mse(new, x, y).astype(jnp.float32).reshape(1)
