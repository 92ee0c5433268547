# expect: accepted
# A recursion instead of a loop (I come from Haskell).
import jax
import jax.numpy as jnp
from flax import nnx


def loss(ps, x, y):
    k, b = [p.astype(jnp.bfloat16) for p in ps]
    z = x.astype(jnp.bfloat16) @ k + b
    d = z - y.astype(jnp.bfloat16)
    return jnp.mean(d * d)


def grad_sum(ps, x, y, parts):
    """Sum of the gradients of `parts` equal parts: of the first one, and of what is left."""
    if parts == 0:
        return [jnp.zeros_like(p) for p in ps]
    n = x.shape[0] // parts
    head = jax.grad(loss)(ps, x[:n], y[:n])
    tail = grad_sum(ps, x[n:], y[n:], parts - 1)
    return [h + t for h, t in zip(head, tail)]


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ps = [layer.kernel[...], layer.bias[...]]
    total = grad_sum(ps, x, y, micro_batches)
    ps = [p - lr * t / micro_batches for p, t in zip(ps, total)]
    return jnp.asarray([loss(ps, x, y)]).astype(jnp.float32)
