# expect: wrong_answer|pitfall
# finding: low-precision-loss-scale
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y, loss_scale = (jnp.asarray(v, jnp.float16) for v in (x, y, loss_scale))  #@ low-precision-loss-scale
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        loss = jnp.mean(jnp.square(model(x) - y)).astype(jnp.float32)
        return loss * loss_scale, loss  #@ low-precision-loss-scale

    (scaled_loss, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)  #@ stale-loss
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    if finite:
        optimizer.update(model, grads)

    scale = loss_scale.astype(jnp.float32)
    full = good_steps + 1 == growth_interval
    on_good = jnp.minimum(scale * 2, 2.0**24) if full else scale
    on_bad = jnp.maximum(scale / 2, 1.0)
    scale = jnp.where(finite, on_good, on_bad)
    count = jnp.where(finite & (not full), good_steps + 1, 0)
    return jnp.stack([loss, scale, count.astype(jnp.float32)])  #@ stale-loss
