# expect: accepted
# The copy's gradients are stacked as bfloat16; the sum over them is told to run in float32.
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (m.kernel[...], m.bias[...])
    down = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss(half, x, y):
        return jnp.mean(jnp.square(x @ half[0] + half[1] - y))

    xs, ys = down((x, y))
    cut = lambda t: jnp.reshape(t, (micro_batches, -1, t.shape[1]))
    stacked = jax.vmap(jax.grad(loss), (None, 0, 0))(down(masters), cut(xs), cut(ys))
    means = [jnp.mean(s, axis=0, dtype=jnp.float32) for s in stacked]
    new = tuple(p - lr * g for p, g in zip(masters, means))
    return loss(down(new), xs, ys).astype(jnp.float32).reshape(1)
