# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_updates(dtype):
    def update(updates, state, params=None):
        return jax.tree.map(lambda u: u.astype(dtype), updates), state  #@ low-precision-update

    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    # unscale, step, and match the precision of the model's computation
    tx = optax.chain(
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
        cast_updates(jnp.float16),  #@ low-precision-update
    )
    state = tx.init(params)

    def mse(params):
        k, b, xx, yy = (a.astype(jnp.float16) for a in (*params, x, y))
        return optax.squared_error(xx @ k + b, yy).mean()

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    finite = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in grads]))
    updates, state = tx.update(grads, state, params)
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), stepped, params)

    up = good_steps + 1 == growth_interval
    good = (min(loss_scale * 2, 2.0**24), 0) if up else (loss_scale, good_steps + 1)
    bad = (max(loss_scale / 2, 1.0), 0)
    s, n = good if bool(finite) else bad
    return jnp.array([mse(params), s, n], dtype=jnp.float32)
