# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        loss = jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)  #@ stale-loss
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)  #@ stale-loss
