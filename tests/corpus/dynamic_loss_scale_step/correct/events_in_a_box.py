# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_box(scale, count, interval):
    box = {"scale": float(scale), "count": int(count)}

    def overflow():
        new = max(box["scale"] / 2, 1.0)
        box["scale"] = new
        box["count"] = 0

    def good():
        box["count"] += 1
        if box["count"] == interval:
            box.update(scale=min(box["scale"] * 2, 2.0**24), count=0)

    return box, good, overflow


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    box, good, overflow = make_box(loss_scale, good_steps, growth_interval)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=10)
    state = tx.init(params)
    x16, y16 = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss_fn(p):
        half = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean(jnp.square(nnx.merge(graphdef, half)(x16) - y16))

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * box["scale"])(params)
    grads = jax.tree.map(lambda g: g / box["scale"], grads)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    if bool(state.last_finite):
        good()
    else:
        overflow()
    return jnp.array([loss_fn(params).astype(jnp.float32), box["scale"], box["count"]], jnp.float32)
