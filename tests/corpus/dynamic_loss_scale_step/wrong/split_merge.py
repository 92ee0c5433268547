# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(model):
    graphdef, state = nnx.split(model)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))


def mse(model, x, y):
    diff = model(x) - y
    return jnp.mean(diff * diff)


def unscaled_grads(model, x, y, scale):
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * scale)(half(model))
    return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)


def sgd_update(model, grads, lr, finite):
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    moved = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda n, o: jnp.where(finite, n, o), moved, params)
    model = nnx.merge(graphdef, params)  #@ update-discarded


def scale_update(scale, count, interval, finite):
    count = jnp.where(finite, count + 1, 0)
    grow = count == interval
    scale = jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
    return jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale), jnp.where(grow, 0, count)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)
    scale = jnp.float32(loss_scale)

    grads = unscaled_grads(model, x, y, scale)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    sgd_update(model, grads, lr, finite)  #@ update-discarded
    scale, count = scale_update(scale, good_steps, growth_interval, finite)

    loss = mse(half(model), x, y)
    return jnp.stack([loss.astype(jnp.float32), scale, count.astype(jnp.float32)])
