# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        pred = x.astype(jnp.float16) @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        # every growth_interval-th step
        if count % growth_interval == 0:  #@ count-not-reset
            scale = min(loss_scale * 2, 2.0**24)  #@ count-not-reset
        else:
            scale = loss_scale
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
