# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, master = nnx.split(model, nnx.Param)

    def low(tree):
        return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)

    def high(tree):
        return jax.tree.map(lambda t: t.astype(jnp.float32), tree)

    def loss_of_copy(params16, xb, yb):
        return jnp.mean((nnx.merge(graphdef, params16)(xb) - yb) ** 2)

    xs = jnp.split(low(x), micro_batches)
    ys = jnp.split(low(y), micro_batches)
    params16 = low(master)
    acc = high(jax.grad(loss_of_copy)(params16, xs[0], ys[0]))
    for i in range(1, micro_batches):
        g = high(jax.grad(loss_of_copy)(params16, xs[i], ys[i]))
        acc = jax.tree.map(jnp.add, acc, g)

    mean = jax.tree.map(lambda a: a / micro_batches, acc)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(master), master)
    master = optax.apply_updates(master, updates)
    return high(loss_of_copy(low(master), low(x), low(y))).reshape(1)
