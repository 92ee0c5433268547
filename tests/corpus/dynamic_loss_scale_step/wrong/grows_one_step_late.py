# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        pred = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))

    if finite:
        optimizer.update(model, grads)
        if good_steps >= growth_interval:  #@ scale-not-grown
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
        else:
            good_steps += 1
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(model).astype(jnp.float32), loss_scale, good_steps])
