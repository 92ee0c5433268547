# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, params = nnx.split(model)
    tx = optax.sgd(lr)

    def loss_fn(params):
        half = nnx.merge(graph, jax.tree.map(lambda p: p.astype(jnp.float16), params))
        return jnp.mean((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    inv = jnp.float16(1.0 / loss_scale)
    grads = jax.tree.map(lambda g: (g.astype(jnp.float16) * inv).astype(jnp.float32), grads)  #@ low-precision-unscale
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    updates, _ = tx.update(grads, tx.init(params))
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), stepped, params)
    grow = good_steps + 1 >= growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if grow else loss_scale, max(loss_scale / 2, 1.0))
    return jnp.array([loss_fn(params), scale, jnp.where(finite, 0 if grow else good_steps + 1, 0)], dtype=jnp.float32)
