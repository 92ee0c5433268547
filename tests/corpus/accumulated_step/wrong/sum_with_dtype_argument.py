# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import functools
import jax
import jax.numpy as jnp
from flax import nnx

half_sum = functools.partial(jnp.sum, axis=0, dtype=jnp.bfloat16)  #@ low-precision-accumulator


def loss(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return ((x @ p[0] + p[1] - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    g = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(
        p, x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    p = tuple(a - lr * (half_sum(b).astype(jnp.float32) / micro_batches) for a, b in zip(p, g))
    return loss(p, x, y).astype(jnp.float32)[None]
