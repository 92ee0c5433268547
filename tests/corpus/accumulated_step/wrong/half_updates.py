# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(p, xb, yb):
        p, xb, yb = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, xb, yb))
        return ((nnx.merge(graphdef, p)(xb) - yb) ** 2).mean()

    cast_updates = optax.stateless(lambda u, _: jax.tree.map(lambda t: t.astype(jnp.bfloat16), u))  #@ low-precision-update
    tx = optax.chain(optax.sgd(lr), cast_updates)
    grads = jax.vmap(jax.grad(loss), (None, 0, 0))(
        params, x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1])
    )
    updates, _ = tx.update(jax.tree.map(lambda g: g.mean(0), grads), tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
