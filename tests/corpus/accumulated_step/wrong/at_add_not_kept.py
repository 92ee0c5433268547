# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree((model.kernel[...], model.bias[...]))

    def loss(theta, xs, ys):
        w, b = unravel(theta)
        lo = jnp.bfloat16
        return jnp.mean(jnp.square(xs.astype(lo) @ w.astype(lo) + b.astype(lo) - ys.astype(lo)))

    g = jnp.zeros_like(theta)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = g.at[:].add(jax.grad(loss)(theta, xs, ys))
    theta.at[:].add(-lr * g / micro_batches)  #@ update-discarded, stale-loss
    return loss(theta, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
