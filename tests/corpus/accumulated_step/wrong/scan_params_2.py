# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
from flax import nnx
from typing import NamedTuple


class P(NamedTuple):
    w: jax.Array
    b: jax.Array


def loss(p: P, x, y):
    q = P(*(t.astype(jnp.bfloat16) for t in p))
    return jnp.mean((x @ q.w + q.b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = (jnp.asarray(t, dtype=jnp.bfloat16) for t in (x, y))
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    @jax.jit
    def one(p, batch):
        g = jax.grad(loss)(p, *batch)
        return P(*(a - (lr / micro_batches) * d for a, d in zip(p, g))), None  #@ update-per-micro-batch

    p, _ = jax.lax.scan(one, P(lin.kernel[...], lin.bias[...]), (xs, ys))  #@ update-per-micro-batch
    return loss(p, x, y).astype(jnp.float32).reshape(1)
