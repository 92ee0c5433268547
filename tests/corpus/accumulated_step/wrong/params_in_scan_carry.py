# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    start = (m.kernel[...], m.bias[...])

    def loss(theta, x, y):
        (w, b), x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (theta, x, y))
        return jnp.mean(jnp.square(x @ w + b - y))

    def descend(theta, shard):
        g = jax.grad(loss)(theta, *shard)
        return jax.tree.map(lambda p, d: p - (lr / micro_batches) * d, theta, g), None  #@ update-per-micro-batch

    split = lambda a: a.reshape(micro_batches, -1, *a.shape[1:])
    theta, _ = lax.scan(descend, start, (split(x), split(y)))
    return loss(theta, x, y).astype(jnp.float32)[None]
