# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model, nnx.Param)
    working = cast(masters, jnp.bfloat16)

    def loss(state, xb, yb):
        err = nnx.merge(graphdef, state)(cast(xb, jnp.bfloat16)) - cast(yb, jnp.bfloat16)
        return jnp.mean(jnp.square(err))

    total = jax.tree.map(jnp.zeros_like, masters)
    for xb, yb in zip(jnp.vsplit(x, micro_batches), jnp.vsplit(y, micro_batches)):
        g16 = jax.grad(loss)(working, xb, yb)
        g32 = cast(g16, jnp.float32)
        total = jax.tree.map(jnp.add, total, g32)

    sgd = optax.sgd(lr)
    updates, _ = sgd.update(jax.tree.map(lambda t: t / micro_batches, total), sgd.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    working = cast(masters, jnp.bfloat16)
    return cast(loss(working, x, y), jnp.float32).reshape(1)
