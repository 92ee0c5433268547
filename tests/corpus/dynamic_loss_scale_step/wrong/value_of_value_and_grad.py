# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    def scaled_loss(m):
        loss = jnp.mean((m(x) - y) ** 2).astype(jnp.float32)
        return loss * loss_scale, loss

    (_, loss), grads = nnx.value_and_grad(scaled_loss, has_aux=True)(model)  #@ stale-loss
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        opt.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)  #@ stale-loss
