# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]
    lo = lambda *ts: [t.astype(jnp.bfloat16) for t in ts]

    def loss(p, x, y):
        w, b, x, y = lo(*p, x, y)
        return jnp.mean((lax.dot(x, w) + b - y) ** 2)

    split = lambda t: t.reshape(micro_batches, t.shape[0] // micro_batches, t.shape[1])
    gs = lax.map(lambda xy: jax.grad(loss)(p, *xy), (split(x), split(y)))
    share = jnp.full((micro_batches,), 1 / micro_batches, jnp.float32)
    mean = [jnp.tensordot(share, g, axes=1, precision="highest") for g in gs]
    p = [a - lr * d for a, d in zip(p, mean)]
    return loss(p, x, y).astype(jnp.float32).reshape(1)
