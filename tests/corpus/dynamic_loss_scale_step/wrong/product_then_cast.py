# expect: wrong_answer|pitfall
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x16 = jnp.asarray(x, jnp.float16)
    y16 = jnp.asarray(y, jnp.float16)

    def compute(params):
        params16 = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        model16 = nnx.merge(graphdef, params16)
        return jnp.mean(jnp.square(model16(x16) - y16))

    def compute_scaled(params):
        loss = compute(params)
        loss = loss * loss_scale  #@ low-precision-loss-scale
        return loss.astype(jnp.float32)

    grads = jax.grad(compute_scaled)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = True
    for leaf in jax.tree.leaves(grads):
        finite &= bool(jnp.isfinite(leaf).all())

    tx = optax.sgd(lr)
    state = tx.init(params)
    if finite:
        updates, state = tx.update(grads, state, params)
        params = optax.apply_updates(params, updates)

    if finite and good_steps + 1 == growth_interval:
        scale, count = min(2 * loss_scale, 2.0**24), 0
    elif finite:
        scale, count = loss_scale, good_steps + 1
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([compute(params), scale, count], dtype=jnp.float32)
