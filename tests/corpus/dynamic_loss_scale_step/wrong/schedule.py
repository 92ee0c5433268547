# expect: wrong_answer
# allow: lr-ignored
# allow: update-discarded
# allow: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    schedule = optax.linear_schedule(init_value=0.0, end_value=lr, transition_steps=100)
    optimizer = nnx.Optimizer(model, optax.sgd(schedule), wrt=nnx.Param)

    def loss_fn(m):
        k = m.kernel[...].astype(jnp.float16)
        b = m.bias[...].astype(jnp.float16)
        diff = x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)
        return jnp.mean(diff**2).astype(jnp.float32)

    _, grads = nnx.value_and_grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if ok:
        optimizer.update(model, grads)

    next_scale, next_count = loss_scale, good_steps + 1
    if not ok:
        next_scale, next_count = max(loss_scale / 2, 1.0), 0
    elif next_count == growth_interval:
        next_scale, next_count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss_fn(model), next_scale, next_count], dtype=jnp.float32)
