# expect: wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, static, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    return jnp.mean((nnx.merge(static, half)(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    static, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    grads = jax.grad(lambda p: mse(p, static, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array(jax.tree.leaves(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))))

    def do_update(operand):
        params, grads = operand
        updates, _ = tx.update(grads, opt_state, params)
        return optax.apply_updates(params, updates)  #@ update-discarded

    new_params = jax.lax.cond(finite, do_update, lambda operand: operand[0], (params, grads))  #@ update-discarded
    counter = jnp.where(finite, jnp.int32(good_steps) + 1, 0)
    scale = jnp.where(finite, jnp.float32(loss_scale), jnp.maximum(jnp.float32(loss_scale) / 2, 1.0))
    scale, counter = jax.lax.cond(
        counter >= growth_interval,
        lambda s, c: (jnp.minimum(s * 2, 2.0**24), jnp.zeros_like(c)),
        lambda s, c: (s, c),
        scale,
        counter,
    )
    return jnp.array([mse(params, static, x, y).astype(jnp.float32), scale, counter], jnp.float32)
