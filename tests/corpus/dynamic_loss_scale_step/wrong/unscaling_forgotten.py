# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        w = m.kernel[...].astype(jnp.float16)
        b = m.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    def scaled_loss_fn(m):
        return loss_fn(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)  #@ unscaled-grads
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if finite:
        optimizer.update(model, grads)  #@ unscaled-grads
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(loss_scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
