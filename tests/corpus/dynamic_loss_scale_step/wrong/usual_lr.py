# expect: wrong_answer|pitfall
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

tx = optax.sgd(1e-2)  #@ lr-ignored


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    opt_state = tx.init(params)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean(jnp.square(nnx.merge(graphdef, half)(x16) - y16))

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    updates, opt_state = tx.update(grads, opt_state, params)  #@ lr-ignored
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), stepped, params)

    finite = bool(finite)
    count = (good_steps + 1) if finite else 0
    scale = loss_scale if finite else max(loss_scale / 2, 1.0)
    if count >= growth_interval:
        count = 0
        scale = min(scale * 2, 2.0**24)
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
