# expect: wrong_answer|pitfall
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # dtype=float16 takes care of the casts
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)  #@ uncast-targets

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    overflow = False
    for g in jax.tree.leaves(grads):
        overflow = overflow or bool(jnp.any(jnp.logical_not(jnp.isfinite(g))))

    if overflow:
        scale = max(loss_scale / 2.0, 1.0)
        count = 0
    else:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(loss_scale * 2.0, 2.0**24)
            count = 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
