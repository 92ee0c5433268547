# expect: accepted
import jax, optax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # dtype is the computation's dtype; param_dtype stays float32
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    backup = nnx.clone(model)
    targets = jnp.float16(y)

    def objective(m):
        err = m(jnp.asarray(x)) - targets
        loss = optax.squared_error(err).mean()
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, first), grads = nnx.value_and_grad(objective, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    finite = all(bool(jnp.isfinite(l).all()) for l in jax.tree.leaves(grads))

    optimizer.update(model, grads)          # may write infinities ...
    if not finite:                          # ... which go away again
        nnx.update(model, nnx.state(backup))
    n = (good_steps + 1) * finite
    if finite and n >= growth_interval:
        loss_scale, n = min(2.0 * loss_scale, 2.0 ** 24), 0
    if not finite:
        loss_scale = max(0.5 * loss_scale, 1.0)
    _, last = objective(model)
    return jnp.stack([last.astype(jnp.float32), jnp.float32(loss_scale), jnp.float32(n)])
