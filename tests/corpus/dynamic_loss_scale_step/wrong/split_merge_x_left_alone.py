# expect: wrong_answer|pitfall
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    targets = y.astype(jnp.float16)

    def mse(params):
        half_params = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        half_model = nnx.merge(graphdef, half_params)
        pred = half_model(x)  #@ uncast-inputs
        return jnp.mean((pred - targets) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params, updates)
    count = good_steps + 1 if finite else 0
    scale = loss_scale if finite else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([mse(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
