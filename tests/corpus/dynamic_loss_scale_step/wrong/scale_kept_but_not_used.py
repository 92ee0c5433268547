# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss_fn(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        pred = nnx.merge(graphdef, p)(x.astype(jnp.float16))
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    grads = jax.grad(loss_fn)(params)  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    tx = optax.sgd(lr)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0 ** 24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
