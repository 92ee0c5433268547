# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
"""Wrong: the scan hands on the part's gradient as the new carry, not the sum of both."""
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    (w, b), x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


@partial(jax.jit, static_argnames="micro_batches")
def mean_gradient(params, x, y, micro_batches):
    def add(total, part):
        grad = jax.grad(loss)(params, *part)
        running = jax.tree.map(lambda t, g: t + g, total, grad)
        norm = jnp.sqrt(sum(jnp.vdot(r, r) for r in running))
        return grad, norm  #@ last-micro-batch-only

    parts = [a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)]
    total, _ = jax.lax.scan(add, tuple(jnp.zeros_like(p) for p in params), parts)
    return tuple(t / micro_batches for t in total)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = m.kernel[...], m.bias[...]
    grads = mean_gradient(params, x, y, micro_batches=micro_batches)
    params = tuple(p - lr * g for p, g in zip(params, grads))
    return loss(params, x, y).astype(jnp.float32)[None]
