# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    def loss_fn(m):
        loss = jnp.mean((m(x) - y) ** 2).astype(jnp.float32)
        return loss, loss * loss_scale  #@ missing-loss-scale

    (_, _), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        opt.update(model, grads)
        count = good_steps + 1
        scale = loss_scale if count < growth_interval else min(loss_scale * 2, 2.0 ** 24)
        count = count if count < growth_interval else 0
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model)[0], scale, count], dtype=jnp.float32)
