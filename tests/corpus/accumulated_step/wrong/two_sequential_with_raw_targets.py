# expect: wrong_answer
# finding: uncast-targets
# finding: update-per-micro-batch
# allow: full-precision-loss
# allow: full-precision-final-loss
from functools import reduce

import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    w, b, xh = [t.astype(jnp.bfloat16) for t in (*p, x)]
    r = jnp.subtract(y, xh @ w + b)  #@ uncast-targets
    return jnp.mean(r.astype(jnp.bfloat16) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    rate = lr / micro_batches

    def advance(p, part):
        return tuple(a - rate * g for a, g in zip(p, jax.grad(loss)(p, *part)))  #@ update-per-micro-batch

    p = reduce(advance, zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)), (m.kernel[...], m.bias[...]))  #@ update-per-micro-batch
    return loss(p, x, y).astype(jnp.float32).reshape(1)
