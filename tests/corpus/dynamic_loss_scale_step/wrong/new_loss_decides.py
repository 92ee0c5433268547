# expect: wrong_answer|pitfall
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """Tries the step on a copy of the model and keeps it if it still gives a number."""
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    trial = nnx.clone(model)
    opt = nnx.Optimizer(trial, optax.sgd(lr), wrt=nnx.Param)

    def loss(m):
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(trial)
    opt.update(trial, jax.tree.map(lambda g: g / loss_scale, grads))

    if jnp.isfinite(loss(trial)):  #@ partial-finite-check
        model = trial
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
