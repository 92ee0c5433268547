# expect: wrong_answer|pitfall
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def compute(model, x, y, scale):
        def fn(model):
            loss = jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)
            return loss.astype(jnp.float32) * scale, loss.astype(jnp.float32)

        (_, loss), grads = nnx.value_and_grad(fn, has_aux=True)(model)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
        return loss, grads, finite

    loss, grads, finite = compute(model, x, y, jnp.float32(loss_scale))  #@ stale-loss
    if bool(finite):
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.stack([loss, jnp.float32(scale), jnp.float32(count)])  #@ stale-loss
