# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graph, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x16, y16 = x.astype("bfloat16"), y.astype("bfloat16")

    def f(p, a, b):
        net = nnx.merge(graph, jax.tree.map(lambda q: q.astype("bfloat16"), p))
        return ((net(a) - b) ** 2).mean()

    each = jax.vmap(jax.grad(f), in_axes=(None, 0, 0))(
        masters,
        jnp.stack(jnp.split(x16, micro_batches)),
        jnp.stack(jnp.split(y16, micro_batches)),
    )
    grads = jax.tree.map(lambda g: g.mean(axis=0), each)
    tx = optax.sgd(lr)
    upd, _ = tx.update(grads, tx.init(masters), masters)
    return f(optax.apply_updates(masters, upd), x16, y16).astype("float32")[None]
