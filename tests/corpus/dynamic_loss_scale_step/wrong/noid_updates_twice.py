# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(model):
        return jnp.mean((model(x) - y) ** 2)

    def try_step():
        grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        ok = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
        if ok:
            optimizer.update(model, grads)
        return ok

    if not try_step():
        scale, count = max(loss_scale / 2, 1.0), 0
    elif try_step() and good_steps + 1 < growth_interval:
        scale, count = loss_scale, good_steps + 1
    else:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
