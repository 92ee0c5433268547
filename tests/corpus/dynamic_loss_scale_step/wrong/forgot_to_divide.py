# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss16(model):
        return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss16(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)

    good = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if good:
        optimizer.update(model, grads)  #@ unscaled-grads
    count = good_steps + 1 if good else 0
    scale = loss_scale if good else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        scale = min(scale * 2, 2.0**24)
        count = 0
    return jnp.array([loss16(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
