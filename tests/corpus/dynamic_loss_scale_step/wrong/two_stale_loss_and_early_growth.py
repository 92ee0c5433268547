# expect: wrong_answer
# finding: stale-loss
# finding: scale-grown-early
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)

    loss = loss_fn(model)  #@ stale-loss
    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval // 2:  #@ scale-grown-early
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)  #@ stale-loss
