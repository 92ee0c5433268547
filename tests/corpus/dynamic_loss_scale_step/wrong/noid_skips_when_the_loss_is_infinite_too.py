# expect: wrong_answer
# allow: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean((m(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    value, g = nnx.value_and_grad(lambda m: loss_fn(m) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    # everything must be finite: value and gradients
    if all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves((value, g))):
        opt.update(model, g)
        s, n = loss_scale, good_steps + 1
        if n == growth_interval:
            s, n = min(2 * s, 2.0**24), 0
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), s, n], dtype=jnp.float32)
