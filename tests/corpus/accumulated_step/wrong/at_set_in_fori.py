# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    state = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    theta, back = ravel_pytree(nnx.to_pure_dict(state))
    xb, yb = (jnp.asarray(v).astype(jnp.bfloat16) for v in (x, y))
    rows = xb.shape[0] // micro_batches
    take = lambda v, i: jax.lax.dynamic_slice_in_dim(v, i * rows, rows, axis=0)

    def loss(theta, a, b):
        p = {k: v.astype(jnp.bfloat16) for k, v in back(theta).items()}
        return (((a @ p["kernel"]) + p["bias"] - b) ** 2).mean()

    def add_part(i, acc):
        return acc.at[:].set(jax.grad(loss)(theta, take(xb, i), take(yb, i)))  #@ last-micro-batch-only

    acc = jax.lax.fori_loop(0, micro_batches, add_part, jnp.zeros_like(theta))
    return loss(theta - lr * acc / micro_batches, xb, yb).astype(jnp.float32).reshape(1)
