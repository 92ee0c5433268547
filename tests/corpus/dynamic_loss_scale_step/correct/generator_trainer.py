# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def trainer(model, tx, scale, good, interval):
    """A coroutine: send a batch, get (finite, scale, good)."""
    params = nnx.pure(nnx.state(model, nnx.Param))
    state = tx.init(params)
    answer = None
    while True:
        x, y = yield answer
        grads = jax.grad(lambda p: objective(p, x, y) * scale)(params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        if finite := bool(jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))):
            updates, state = tx.update(grads, state, params)
            params = optax.apply_updates(params, updates)
            good += 1
            if good >= interval:
                scale, good = min(2 * scale, 2.0**24), 0
        else:
            scale, good = max(scale / 2, 1.0), 0
        answer = params, finite, scale, good


def objective(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    err = x.astype(jnp.float16) @ half["kernel"] + half["bias"] - y.astype(jnp.float16)
    return jnp.mean(err**2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    t = trainer(model, optax.sgd(lr), loss_scale, good_steps, growth_interval)
    next(t)
    params, _, scale, good = t.send((x, y))
    return jnp.array([objective(params, x, y), scale, good], dtype=jnp.float32)
