# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), tree)


def is_finite(tree):
    return jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)]).all()


def guarded(loss_fn, scale):
    """(is everything finite, true gradients)"""

    def run(params):
        value, grads = jax.value_and_grad(lambda p: loss_fn(p).astype(jnp.float32) * scale)(half(params))
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        return is_finite((value, grads)), grads

    return run


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = half((x, y))
    scale = jnp.float32(loss_scale)

    def loss_fn(p):
        return jnp.mean(jnp.square(nnx.merge(graphdef, p)(x) - y))

    finite, grads = guarded(loss_fn, scale)(params)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    moved = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda new, old: jnp.where(finite, new, old), moved, params)

    count = jnp.where(finite, good_steps + 1, 0)
    grow = count == growth_interval
    factor = jnp.where(grow, 2.0, jnp.where(finite, 1.0, 0.5))
    scale = jnp.clip(scale * factor, 1.0, 2.0**24)
    count = jnp.where(grow, 0, count)
    return jnp.stack([loss_fn(half(params)).astype(jnp.float32), scale, count.astype(jnp.float32)])
