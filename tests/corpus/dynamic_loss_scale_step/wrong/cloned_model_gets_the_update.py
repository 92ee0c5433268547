# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def sgd_step(model, grads, lr):
    model = nnx.clone(model)  #@ update-discarded, stale-loss
    nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param).update(model, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))

    def loss_fn(m):
        return jnp.mean(jnp.square(m(x) - y.astype(jnp.float16))).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        sgd_step(model, grads, lr)  #@ update-discarded, stale-loss
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
