# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_tree(tree, dtype):
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def make_losses(graphdef):
    def part_loss(masters, xb, yb):
        xb, yb, working = cast_tree((xb, yb, masters), jnp.bfloat16)
        return jnp.mean((nnx.merge(graphdef, working)(xb) - yb) ** 2)

    def total_loss(masters, xs, ys):
        # every call of part_loss casts the masters for itself
        return sum(part_loss(masters, xb, yb).astype(jnp.float32) for xb, yb in zip(xs, ys))

    return part_loss, total_loss


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(net, nnx.Param)
    part_loss, total_loss = make_losses(graphdef)

    xs = jnp.split(x, micro_batches)
    ys = jnp.split(y, micro_batches)
    grads = jax.grad(total_loss)(masters, xs, ys)

    sgd = optax.sgd(lr)
    state = sgd.init(masters)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    updates, state = sgd.update(grads, state, masters)
    masters = optax.apply_updates(masters, updates)
    return part_loss(masters, x, y).astype(jnp.float32).reshape(1)
