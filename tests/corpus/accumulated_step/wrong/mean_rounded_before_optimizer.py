# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, s = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(s, x, y):
        net = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
        return jnp.mean((net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])
    every = jax.vmap(jax.grad(loss), (None, 0, 0))(s, cut(x), cut(y))
    mean = jax.tree.map(lambda g: jnp.mean(g, axis=0, dtype=jnp.bfloat16), every)  #@ low-precision-grads, low-precision-accumulator
    s = jax.tree.map(lambda p, g: p - lr * g.astype(jnp.float32), s, mean)
    return loss(s, x, y).astype(jnp.float32).reshape(1)
