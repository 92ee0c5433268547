# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def mse(m):
        pred = x16 @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y16) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    overflow = False
    for g in jax.tree.leaves(grads):
        if not jnp.isfinite(g).all():
            overflow = True

    optimizer.update(model, grads)  #@ unchecked-overflow

    # adjust the scale for the next step
    if overflow:
        scale, count = max(loss_scale / 2, 1.0), 0
    else:
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
