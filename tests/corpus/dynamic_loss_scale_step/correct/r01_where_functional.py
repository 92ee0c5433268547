# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MIN_SCALE, MAX_SCALE = 1.0, 2.0**24


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def select(pred, a, b):
    return jax.tree.map(lambda u, v: jnp.where(pred, u, v), a, b)


def mse(graphdef, params, x, y):
    err = nnx.merge(graphdef, params)(x) - y
    return jnp.mean(jnp.square(err))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model)
    x16, y16 = cast((jnp.asarray(x), jnp.asarray(y)), jnp.float16)

    def scaled(half):
        return mse(graphdef, half, x16, y16).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(cast(masters, jnp.float16))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(masters), masters)
    masters = select(finite, optax.apply_updates(masters, updates), masters)

    scale = jnp.float32(loss_scale)
    count = good_steps + 1
    grow = count >= growth_interval
    good = jnp.where(grow, jnp.minimum(scale * 2, MAX_SCALE), scale)
    bad = jnp.maximum(scale / 2, MIN_SCALE)
    new_scale = jnp.where(finite, good, bad)
    new_count = jnp.where(finite & ~jnp.asarray(grow), count, 0)

    loss = mse(graphdef, cast(masters, jnp.float16), x16, y16)
    return jnp.stack([loss.astype(jnp.float32), new_scale, new_count.astype(jnp.float32)])
