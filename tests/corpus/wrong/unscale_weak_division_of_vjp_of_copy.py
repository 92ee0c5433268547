# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    down = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    up = lambda t: jax.tree.map(lambda a: a.astype(jnp.float32), t)
    x, y = down((x, y))

    def run(copy):
        return jnp.mean((nnx.merge(graphdef, copy)(x) - y) ** 2).astype(jnp.float32)

    _, back = jax.vjp(run, down(masters))
    (g,) = back(jnp.float32(loss_scale))
    g = up(jax.tree.map(lambda a: a / loss_scale, g))  #@ low-precision-unscale
    tx = optax.sgd(lr)
    masters = optax.apply_updates(masters, tx.update(g, tx.init(masters))[0])
    return run(down(masters)).reshape(1)
