# expect: accepted
# The step that isn't made is also a step, with optax.set_to_zero().
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def loss_fn(m):
        w16 = m.kernel[...].astype(jnp.float16)
        b16 = m.bias[...].astype(jnp.float16)
        return jnp.mean((x16 @ w16 + b16 - y16) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_scale * loss_fn(m))(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jax.tree.reduce(lambda a, g: a & jnp.isfinite(g).all(), grads, True))

    tx = optax.sgd(lr) if finite else optax.set_to_zero()
    nnx.Optimizer(model, tx, wrt=nnx.Param).update(model, grads)

    count = (good_steps + 1) * finite
    count %= growth_interval
    if finite:
        scale = loss_scale * 2 if count == 0 else loss_scale
    else:
        scale = loss_scale / 2
    scale = sorted((1.0, scale, 2.0**24))[1]
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
