# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE = 2.0 ** 24


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=1000), wrt=nnx.Param)
    y16 = jnp.asarray(y, jnp.float16)

    def criterion(m):
        return optax.squared_error(m(jnp.asarray(x, jnp.float16)), y16).mean()

    grads = nnx.grad(lambda m: jnp.float32(criterion(m)) * jnp.float32(loss_scale))(net)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    opt.update(net, grads)
    finite = bool(opt.opt_state.last_finite[...])

    steps = good_steps + 1 if finite else 0
    if not finite:
        loss_scale = max(1.0, 0.5 * loss_scale)
    elif steps >= growth_interval:
        loss_scale, steps = min(MAX_SCALE, 2.0 * loss_scale), 0
    return jnp.stack([jnp.float32(criterion(net)), jnp.float32(loss_scale), jnp.float32(steps)])
