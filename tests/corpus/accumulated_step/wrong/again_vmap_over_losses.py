# expect: wrong_answer
# allow: low-precision-accumulator
# No id owed: vmap of the losses is one product over all rows.
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, s = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(s, x, y):
        s, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (s, x, y))
        return jnp.mean((nnx.merge(gd, s)(x) - y) ** 2)

    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])

    def mean_loss(s):
        return jnp.mean(jax.vmap(loss, (None, 0, 0))(s, cut(x), cut(y)).astype(jnp.float32))

    s = jax.tree.map(lambda p, g: p - lr * g, s, jax.grad(mean_loss)(s))
    return loss(s, x, y).astype(jnp.float32).reshape(1)
