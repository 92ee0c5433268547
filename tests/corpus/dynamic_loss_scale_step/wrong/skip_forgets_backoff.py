# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def get_loss(m, scale=1.0):
        h = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((h - y.astype(jnp.float16)) ** 2).astype(jnp.float32) * scale

    grads = nnx.grad(get_loss)(model, loss_scale)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if not finite:
        # leave this step out, begin to count again
        return jnp.array([get_loss(model), loss_scale, 0], dtype=jnp.float32)  #@ scale-not-reduced

    optimizer.update(model, grads)
    good_steps += 1
    if good_steps < growth_interval:
        return jnp.array([get_loss(model), loss_scale, good_steps], dtype=jnp.float32)
    return jnp.array([get_loss(model), min(loss_scale * 2, 2.0**24), 0], dtype=jnp.float32)
