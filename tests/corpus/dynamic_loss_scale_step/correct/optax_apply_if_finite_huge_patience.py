# expect: accepted
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # dtype is the compute dtype, param_dtype stays float32
    layer = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.stateless(lambda g, _: optax.tree.cast(g, jnp.float32)),
        optax.stateless(lambda g, _: optax.tree.scale(1.0, g)),  # left from a try with scale(1/s)
        optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=10**6),
    )
    opt = nnx.Optimizer(layer, tx, wrt=nnx.Param)
    target = jnp.asarray(y, dtype=jnp.float16)

    def loss(l):
        return optax.squared_error(l(jnp.asarray(x)), target).mean()

    g = nnx.grad(lambda l: loss(l).astype(jnp.float32) * loss_scale)(layer)
    import jax
    g = jax.tree.map(lambda t: jnp.divide(t, jnp.float32(loss_scale)), g)
    opt.update(layer, g)
    guard = opt.opt_state[2]
    if int(guard.total_notfinite[...]) == 0:
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale + loss_scale, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2.0, 1.0)
    return jnp.array([loss(layer).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
