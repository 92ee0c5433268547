# expect: wrong_answer
# finding: scale-grown-early|scale-not-grown
# allow: scale-not-grown
# allow: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    half = jnp.float16

    def loss_fn(m):
        out = jnp.matmul(x.astype(half), m.kernel[...].astype(half)) + m.bias[...].astype(half)
        return jnp.mean((out - y.astype(half)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    is_finite = not any(bool(jnp.any(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    if is_finite:
        optimizer.update(model, grads)
        new_count = (good_steps + 1) % growth_interval
        # double as soon as the interval is full
        new_scale = min(loss_scale * 2, 2.0**24) if new_count else loss_scale  #@ scale-grown-early, scale-not-grown
    else:
        new_count = 0
        new_scale = max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model).astype(jnp.float32), new_scale, new_count])
