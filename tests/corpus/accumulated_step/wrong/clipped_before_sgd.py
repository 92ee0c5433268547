# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(p, x, y):
        p, x, y = optax.tree.cast((p, x, y), jnp.bfloat16)
        return optax.squared_error(nnx.merge(gd, p)(x), y).mean()

    tx = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.sgd(lr),
    )
    parts = zip(*(jnp.split(a, micro_batches) for a in (x, y)))
    mean = jax.tree.map(lambda *g: sum(g) / micro_batches, *[jax.grad(loss)(p, *s) for s in parts])
    u, _ = tx.update(mean, tx.init(p), p)
    return loss(optax.apply_updates(p, u), x, y).astype(jnp.float32)[None]
