# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def evaluate(model, x, y):
    return _loss(*nnx.split(model), x, y)


def _loss(graphdef, state, x, y):
    lowp = jax.tree.map(lambda a: a.astype(jnp.float16), state)
    model = nnx.merge(graphdef, lowp)
    return jnp.mean(jnp.square(model(x.astype(jnp.float16)) - y.astype(jnp.float16)))


@nnx.jit
def one_step(model, x, y, lr, scale, good, interval):
    graphdef, state = nnx.split(model)
    grads = jax.grad(lambda s: _loss(graphdef, s, x, y).astype(jnp.float32) * scale)(state)
    inv = 1.0 / scale
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) * inv, grads)
    finite = jnp.bool_(True)
    for leaf in jax.tree.leaves(grads):
        finite &= jnp.isfinite(leaf).all()

    state = jax.lax.cond(
        finite,
        lambda s, g: optax.apply_updates(s, jax.tree.map(lambda a: -lr * a, g)),
        lambda s, g: s,
        state,
        grads,
    )
    nnx.update(model, state)
    good = jnp.where(finite, good + 1, 0)
    due = good >= interval
    scale = jnp.where(due, scale * 2, jnp.where(finite, scale, scale / 2))
    return jnp.clip(scale, 1.0, 2.0**24), jnp.where(due, 0, good)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(params=int(seed)))
    scale, good = one_step(model, x, y, lr, jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)
    return jnp.array([evaluate(model, x, y).astype(jnp.float32), scale, good], dtype=jnp.float32)
