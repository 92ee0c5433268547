# expect: wrong_answer
# finding: seed-ignored
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx

RNGS_SEED = 3


def build(n_in, n_out):
    return nnx.Linear(n_in, n_out, dtype=jnp.float16, rngs=nnx.Rngs(RNGS_SEED))  #@ seed-ignored


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = build(x.shape[1], y.shape[1])  #@ seed-ignored
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(model):
        return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if not finite:
        return jnp.array([mse(model).astype(jnp.float32), max(loss_scale / 2, 1.0), 0.0])
    optimizer.update(model, grads)
    enough = good_steps >= growth_interval  #@ scale-not-grown
    scale = min(loss_scale * 2, 2.0**24) if enough else loss_scale
    count = 0.0 if enough else good_steps + 1.0
    return jnp.array([mse(model).astype(jnp.float32), scale, count])
