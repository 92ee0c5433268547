# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model, nnx.Param)
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def loss16(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        pred = nnx.merge(graphdef, half)(x)
        return jnp.mean((pred - y) ** 2)

    def scaled(params):
        return loss16(params).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(masters)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if ok:
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(masters), masters)
        masters = optax.apply_updates(masters, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss16(masters), loss_scale, good_steps], dtype=jnp.float32)
