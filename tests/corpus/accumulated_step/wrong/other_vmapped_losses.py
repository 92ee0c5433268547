# expect: wrong_answer|pitfall
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xs = x.astype(jnp.bfloat16).reshape(micro_batches, -1, x.shape[1])
    ys = y.astype(jnp.bfloat16).reshape(micro_batches, -1, y.shape[1])

    def part_loss(params, xb, yb):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(graphdef, half)(xb) - yb) ** 2)

    def mean_loss(params):
        losses = jax.vmap(part_loss, in_axes=(None, 0, 0))(params, xs, ys)
        return jnp.mean(losses.astype(jnp.float32))

    grads = jax.grad(mean_loss)(params)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    loss = part_loss(params, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))
    return loss.astype(jnp.float32).reshape(1)
