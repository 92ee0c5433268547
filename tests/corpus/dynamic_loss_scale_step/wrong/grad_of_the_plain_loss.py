# expect: wrong_answer
# finding: missing-loss-scale
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
        loss = jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)
        loss = loss.astype(jnp.float32)
        scaled_loss = loss * loss_scale
        return loss, scaled_loss  #@ missing-loss-scale

    grads, _ = nnx.grad(loss_fn, has_aux=True)(model)  #@ missing-loss-scale
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            count, scale = 0, min(scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model)[0], scale, count])
