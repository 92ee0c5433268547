# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from functools import reduce
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    lo = lambda t: jax.tree.map(lambda v: jnp.asarray(v).astype(jnp.bfloat16), t)
    J = lambda t: jnp.mean((t[1] @ t[0][0] + t[0][1] - t[2]) ** 2)
    loss = lambda p, a, b: J(lo((p, a, b)))
    move = lambda p, ab: [q - lr * g / micro_batches for q, g in zip(p, jax.grad(loss)(p, *ab))]  #@ update-per-micro-batch
    end = reduce(move, zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)), [lin.kernel[...], lin.bias[...]])  #@ update-per-micro-batch
    return loss(end, x, y).astype(jnp.float32)  #@ wrong-output-shape
