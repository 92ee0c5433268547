# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def bad_sum(stacks):          # first attempt, no longer called
    return jax.tree.map(lambda s: jnp.sum(s.astype(jnp.bfloat16), axis=0), stacks)


def good_sum(stacks):
    return jax.tree.map(lambda s: jnp.sum(s, axis=0, dtype=jnp.float32), stacks)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    structure, masters = nnx.split(net, nnx.Param)
    copy = optax.tree.cast(masters, jnp.bfloat16)
    x, y = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.bfloat16)

    @jax.value_and_grad
    def both(c, xs, ys):
        return jnp.mean(jnp.square(nnx.merge(structure, c)(xs) - ys))

    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    losses, stacks = jax.vmap(both, (None, 0, 0))(copy, xs, ys)
    print("losses of the parts", losses, losses.dtype)
    tx = optax.chain(optax.scale(0.5), optax.scale_by_learning_rate(2 * lr / micro_batches), optax.identity())
    moves, _ = tx.update(good_sum(stacks), tx.init(masters), masters)
    masters = optax.apply_updates(masters, moves)
    final, _ = both(optax.tree.cast(masters, jnp.bfloat16), x, y)
    return jnp.expand_dims(final.astype(jnp.float32), 0)
