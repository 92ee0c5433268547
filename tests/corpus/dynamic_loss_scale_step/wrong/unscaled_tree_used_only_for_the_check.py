# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(tree, s):
    return jax.tree.map(lambda g: g.astype(jnp.float32) / s, tree)


def is_finite(tree):
    return jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(tree)]))


def apply(lr, params, grads, ok):
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)  #@ unscaled-grads
    new = optax.apply_updates(params, updates)
    return jax.tree.map(lambda n, o: jnp.where(ok, n, o), new, params)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def mse(params):
        k, b, u, v = (t.astype(jnp.float16) for t in (*params, x, y))
        return jnp.mean(jnp.square(u @ k + b - v))

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    ok = is_finite(unscale(grads, loss_scale))
    params = apply(lr, params, grads, ok)  #@ unscaled-grads

    count = jnp.where(ok, good_steps + 1, 0)
    full = count == growth_interval
    scale = jnp.where(ok, loss_scale, max(loss_scale / 2, 1.0))
    scale = jnp.where(full, min(loss_scale * 2, 2.0**24), scale)
    return jnp.stack([mse(params).astype(jnp.float32), scale, jnp.where(full, 0, count)]).astype(jnp.float32)
